(function () {
  var d = document, all = d.querySelectorAll("main details"), button = d.getElementById("unfold");
  if (button) {
    button.hidden = false;
    button.onclick = function () {
      var open = !button.dataset.on;
      all.forEach(function (x) { x.open = open; });
      button.dataset.on = open ? 1 : "";
      button.textContent = open ? "Fold all evidence" : "Unfold all evidence";
    };
  }
  var key = "clauseproof:" + d.body.dataset.run, ticks = {};
  try { ticks = JSON.parse(localStorage.getItem(key) || "{}"); } catch (e) { /* no storage, no ticks */ }
  d.querySelectorAll(".act input").forEach(function (box) {
    box.checked = !!ticks[box.id];
    box.onchange = function () {
      ticks[box.id] = box.checked;
      try { localStorage.setItem(key, JSON.stringify(ticks)); } catch (e) { /* as above */ }
    };
  });
  function reveal() {
    var target = location.hash && d.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (var n = target; n; n = n.parentElement) if (n.tagName === "DETAILS") n.open = true;
    if (target && target.closest("details")) target.scrollIntoView({ block: "center" });
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
