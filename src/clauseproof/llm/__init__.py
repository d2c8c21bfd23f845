"""Language models behind one narrow seam; LangChain and the OpenAI client are used nowhere else."""
