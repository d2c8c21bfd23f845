(function () {
  var d = document, find = d.getElementById("find"), box = find.querySelector("input");
  var shown = d.getElementById("shown"), rows = [], timer;
  d.querySelectorAll(".list").forEach(function (list) {
    list.querySelectorAll(".smp").forEach(function (row) { rows.push({ row: row, verdict: list.dataset.v }); });
  });
  function apply() {
    var verdict = d.querySelector("input[name=verdict]:checked").value, words = box.value.trim().toLowerCase(), count = 0;
    rows.forEach(function (one) {
      if (words && one.text === undefined) one.text = one.row.textContent.toLowerCase();
      one.row.hidden = !!words && one.text.indexOf(words) < 0;
      if (!one.row.hidden && (verdict === "all" || verdict === one.verdict)) count += 1;
    });
    shown.textContent = count + " of " + rows.length + " shown";
  }
  find.hidden = false;
  box.oninput = function () { clearTimeout(timer); timer = setTimeout(apply, 150); };
  d.querySelectorAll("input[name=verdict]").forEach(function (one) { one.onchange = apply; });
  apply();
})();
