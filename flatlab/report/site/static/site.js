// Filters of the list of claims. Everything is readable without it.
(function () {
  "use strict";
  var contents = document.querySelector("details.contents");
  if (contents && window.innerWidth < 740) contents.open = false;
  var form = document.querySelector("form.filters");
  if (!form) return;
  var rows = Array.prototype.slice.call(document.querySelectorAll("table.claims tbody tr"));
  var sections = Array.prototype.slice.call(document.querySelectorAll("section.paper"));
  var found = form.querySelector(".found");
  var names = ["paper", "status", "level", "origin", "kind"];

  function words() {
    return form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  }

  function show() {
    var wanted = words();
    var count = 0;
    rows.forEach(function (row) {
      var fits = names.every(function (name) {
        var value = form.elements[name].value;
        return !value || row.dataset[name] === value;
      }) && wanted.every(function (word) { return row.dataset.text.indexOf(word) >= 0; });
      row.hidden = !fits;
      count += fits;
    });
    sections.forEach(function (section) {
      section.hidden = !section.querySelector("tbody tr:not([hidden])");
    });
    found.textContent = count === rows.length ? rows.length + " claims" : count + " of " + rows.length + " claims";
  }

  function keep() {
    var query = new URLSearchParams();
    names.concat("text").forEach(function (name) {
      if (form.elements[name].value) query.set(name, form.elements[name].value);
    });
    var text = query.toString();
    try {
      history.replaceState(null, "", text ? "?" + text : location.pathname);
    } catch (error) { /* a browser may forbid it for files */ }
  }

  new URLSearchParams(location.search).forEach(function (value, name) {
    if (form.elements[name]) form.elements[name].value = value;
  });
  form.addEventListener("input", function () { show(); keep(); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { setTimeout(function () { show(); keep(); }, 0); });
  show();
})();
