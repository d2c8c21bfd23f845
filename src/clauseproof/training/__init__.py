"""Training of the classifier: examples, fitting, model card; ``make train`` runs it."""
