(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var cards = Array.from(document.querySelectorAll(".scenario"));
  var rows = Array.from(document.querySelectorAll("#requirements tr[data-requirement]"));
  var batches = Array.from(document.querySelectorAll(".batch"));
  var form = document.querySelector("form.filters");
  var texts = new WeakMap();

  function text(node) {
    if (!texts.has(node)) texts.set(node, node.textContent.toLocaleLowerCase());
    return texts.get(node);
  }
  function wanted() {
    return {
      verdict: Array.from(form.querySelectorAll("[name=verdict]:checked"), function (box) { return box.value; }),
      variant: form.variant.value,
      requirement: form.requirement.value,
      text: form.text.value.trim().toLocaleLowerCase()
    };
  }
  function apply() {
    var want = wanted(), shown = 0;
    cards.forEach(function (card) {
      var fits = (!want.verdict.length || want.verdict.includes(card.dataset.verdict)) &&
        (!want.variant || card.dataset.variant === want.variant) &&
        (!want.requirement || card.dataset.requirements.split(" ").includes(want.requirement)) &&
        (!want.text || text(card).includes(want.text));
      card.hidden = !fits;
      shown += fits;
    });
    batches.forEach(function (batch) { batch.hidden = !batch.querySelector(".scenario:not([hidden])"); });
    rows.forEach(function (row) {
      row.hidden = (want.requirement && row.dataset.requirement !== want.requirement) ||
        (want.verdict.length > 0 && !want.verdict.includes(row.dataset.verdict));
    });
    document.getElementById("shown").textContent = shown;
    document.getElementById("nothing").hidden = shown > 0;
    return want;
  }
  function remember() {
    var want = apply(), query = new URLSearchParams();
    want.verdict.forEach(function (value) { query.append("verdict", value); });
    ["variant", "requirement", "text"].forEach(function (name) { if (want[name]) query.set(name, want[name]); });
    var hash = query.toString() ? "#?" + query : "#scenarios";
    try { history.replaceState(null, "", hash); } catch (error) { return; }
  }
  function follow() {
    var hash = location.hash;
    if (form && hash.startsWith("#?")) {
      var query = new URLSearchParams(hash.slice(2));
      form.querySelectorAll("[name=verdict]").forEach(function (box) { box.checked = query.getAll("verdict").includes(box.value); });
      ["variant", "requirement", "text"].forEach(function (name) { form[name].value = query.get(name) || ""; });
      apply();
      document.getElementById("scenarios").scrollIntoView();
      return;
    }
    var name = hash.slice(1);
    try { name = decodeURIComponent(name); } catch (error) { return; }
    var target = name && document.getElementById(name);
    if (!target) return;
    for (var node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
      if (node.hidden && form) { form.reset(); apply(); }
    }
    target.scrollIntoView({ block: target.tagName === "MARK" ? "center" : "start" });
    var focus = target.querySelector("summary") || target;
    if (!focus.matches("summary, a, button")) focus.tabIndex = -1;
    focus.focus({ preventScroll: true });
  }
  function paint(code) {
    var part = /(<!--[\s\S]*?-->|<\?[\s\S]*?\?>)|(<\/?[^\s<>\/]+|\/?>)|([^\s=<>"]+)(="[^"]*")/g;
    code.dataset.painted = "1";
    Array.from(code.children.length ? code.children : [code]).forEach(function (line) {
      var source = line.textContent, last = 0, match, out = document.createDocumentFragment();
      if (source.length > 60000 || source.indexOf("<") < 0) return;
      function add(name, value) {
        var span = document.createElement("span");
        span.className = name;
        span.textContent = value;
        out.append(span);
      }
      part.lastIndex = 0;
      while ((match = part.exec(source))) {
        out.append(source.slice(last, match.index));
        if (match[1]) add("x-c", match[1]);
        else if (match[2]) add("x-t", match[2]);
        else { add("x-a", match[3]); out.append("="); add("x-s", match[4].slice(1)); }
        last = part.lastIndex;
      }
      out.append(source.slice(last));
      line.replaceChildren(out);
    });
  }
  document.addEventListener("toggle", function (event) {
    if (!event.target.open) return;
    event.target.querySelectorAll("pre > code:not([data-painted])").forEach(function (code) {
      if (code.closest("details") === event.target) paint(code);
    });
  }, true);
  document.querySelectorAll("details[open] pre > code").forEach(function (code) {
    if (code.closest("details").open) paint(code);
  });
  if (form) {
    form.addEventListener("input", remember);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("reset", function () { setTimeout(remember); });
    form.querySelectorAll("[data-open]").forEach(function (button) {
      button.addEventListener("click", function () {
        cards.forEach(function (card) { if (!card.hidden) card.open = Boolean(button.dataset.open); });
      });
    });
  }
  var closed = [];
  addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll(".scenario:not([open]), .more:not([open])"));
    closed.forEach(function (node) { node.open = true; });
  });
  addEventListener("afterprint", function () { closed.forEach(function (node) { node.open = false; }); });
  addEventListener("hashchange", follow);
  follow();
}());
