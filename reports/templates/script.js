(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var cards = Array.from(document.querySelectorAll(".scenario"));
  var rows = Array.from(document.querySelectorAll("#requirements tr[data-requirement]"));
  var batches = Array.from(document.querySelectorAll(".batch"));
  var form = document.querySelector("form.filters");
  var texts = new WeakMap(), primes = {};

  // Folded parts are raw deflate (RFC 1951) in base 85. They are inflated here and not by
  // DecompressionStream: printing and links need the answer at once, and old browsers need it, too.
  function table(lengths) {
    var count = new Uint16Array(16), next = new Uint16Array(16), symbols = new Uint16Array(lengths.length), i;
    for (i = 0; i < lengths.length; i++) count[lengths[i]]++;
    count[0] = 0;
    for (i = 1; i < 16; i++) next[i] = next[i - 1] + count[i - 1];
    for (i = 0; i < lengths.length; i++) if (lengths[i]) symbols[next[lengths[i]]++] = i;
    return { count: count, symbols: symbols };
  }
  function inflate(source, prime) {
    var at = 0, hold = 0, held = 0, size = prime.length, out = new Uint8Array(size + source.length * 16);
    out.set(prime);
    var order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    function bits(need) {
      while (held < need) { hold |= source[at++] << held; held += 8; }
      var value = hold & ((1 << need) - 1);
      hold >>>= need;
      held -= need;
      return value;
    }
    function symbol(codes) {
      for (var code = 0, first = 0, index = 0, length = 1; length < 16; length++) {
        code |= bits(1);
        var count = codes.count[length];
        if (code - count < first) return codes.symbols[index + code - first];
        index += count;
        first = (first + count) << 1;
        code <<= 1;
      }
      throw new Error("deflate");
    }
    function room(more) {
      if (size + more <= out.length) return;
      var wider = new Uint8Array((size + more) * 2);
      wider.set(out);
      out = wider;
    }
    function lengthsOf() {
      var all = bits(5) + 257, far = bits(5) + 1, named = bits(4) + 4, own = new Uint8Array(19), got = new Uint8Array(320), i;
      for (i = 0; i < named; i++) own[order[i]] = bits(3);
      var codes = table(own), value, again;
      for (i = 0; i < all + far;) {
        value = symbol(codes);
        if (value < 16) { got[i++] = value; continue; }
        again = value === 16 ? 3 + bits(2) : value === 17 ? 3 + bits(3) : 11 + bits(7);
        value = value === 16 ? got[i - 1] : 0;
        while (again--) got[i++] = value;
      }
      return [table(got.slice(0, all)), table(got.slice(all, all + far))];
    }
    function plain() {
      var got = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
      return [table(got), table(new Uint8Array(30).fill(5))];
    }
    function block(codes) {
      for (;;) {
        var value = symbol(codes[0]), from, length;
        if (value === 256) return;
        if (value < 256) { room(1); out[size++] = value; continue; }
        value -= 257;
        var extra = value < 8 || value === 28 ? 0 : (value >> 2) - 1;
        length = value === 28 ? 258 : value < 8 ? value + 3 : ((4 + (value & 3)) << extra) + 3 + bits(extra);
        value = symbol(codes[1]);
        extra = value < 4 ? 0 : (value >> 1) - 1;
        from = value < 4 ? value + 1 : ((2 + (value & 1)) << extra) + 1 + bits(extra);
        room(length);
        while (length--) { out[size] = out[size - from]; size++; }
      }
    }
    for (var last = 0; !last;) {
      last = bits(1);
      var kind = bits(2);
      if (kind) { block(kind === 1 ? plain() : lengthsOf()); continue; }
      hold = held = 0;
      var length = source[at] | source[at + 1] << 8;
      room(length);
      out.set(source.subarray(at + 4, at + 4 + length), size);
      at += 4 + length;
      size += length;
    }
    return out.subarray(prime.length, size);
  }
  function bytes(text) {
    var signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%:()*+-;,=.?@^_`{|}~";
    var size = Math.floor(text.length * 4 / 5), value = new Uint8Array(128), out = new Uint8Array(size + 4), i, n, four;
    for (i = 0; i < 85; i++) value[signs.charCodeAt(i)] = i;
    for (i = 0; i < text.length; i += 5) {
      for (four = 0, n = 0; n < 5; n++) four = four * 85 + (i + n < text.length ? value[text.charCodeAt(i + n)] : 84);
      for (n = 3; n >= 0; n--, four = Math.floor(four / 256)) out[i / 5 * 4 + n] = four % 256;
    }
    return out.subarray(0, size);
  }
  function folded(node) {
    var kind = node.className;
    if (!primes[kind]) primes[kind] = inflate(bytes(document.querySelector("[data-prime=" + kind + "]").dataset.bytes), new Uint8Array(0));
    return new TextDecoder().decode(inflate(bytes(node.dataset.packed), primes[kind]));
  }
  function unfold(node) {
    node.innerHTML = folded(node);
    delete node.dataset.packed;
  }
  function unfoldIn(card, what) {
    card.querySelectorAll(what || "[data-packed]").forEach(unfold);
  }
  function words(markup) {
    var signs = { lt: "<", gt: ">", amp: "&", "#34": '"', "#39": "'" };
    return markup.replace(/<[^>]*>/g, "").replace(/&(#?\w+);/g, function (all, name) { return signs[name] || all; });
  }
  function text(node) {
    if (!texts.has(node)) {
      var hidden = Array.from(node.querySelectorAll(".journal[data-packed]"), function (one) { return words(folded(one)); });
      texts.set(node, [node.textContent].concat(hidden).join("\n").toLocaleLowerCase());
    }
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
  function inFolded(name) {
    var number = /^m(\d+)/.exec(name), found = null;
    if (!number) return null;
    document.querySelectorAll("[data-first]").forEach(function (node) {
      if (found || !node.dataset.packed || +node.dataset.first > +number[1] || +node.dataset.last < +number[1]) return;
      if (folded(node).includes('id="' + name + '"')) unfold(node);
      found = document.getElementById(name);
    });
    return found;
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
    var target = name && (document.getElementById(name) || inFolded(name));
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
    if (!event.target.classList.contains("msg")) unfoldIn(event.target);
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
    closed.forEach(function (node) {
      unfoldIn(node, ".drawing[data-packed]");
      node.open = true;
    });
  });
  addEventListener("afterprint", function () { closed.forEach(function (node) { node.open = false; }); });
  addEventListener("hashchange", follow);
  follow();
}());
