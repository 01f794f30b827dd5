// SAM and gradient descent on a quadratic in the plane: the map of flatlab.methods.SAM, in the same order of operations.
(function () {
  "use strict";

  function length(v) { return Math.sqrt(v[0] * v[0] + v[1] * v[1]); }

  function gradient(curvatures, w) { return [curvatures[0] * w[0], curvatures[1] * w[1]]; }

  function ascended(curvatures, rho, w) {
    var g = gradient(curvatures, w);
    var size = length(g);
    var scale = size > 1e-150 ? rho / size : 0;
    return [w[0] + scale * g[0], w[1] + scale * g[1]];
  }

  function step(curvatures, eta, rho, w) {
    var g = gradient(curvatures, ascended(curvatures, rho, w));
    return [w[0] - eta * g[0], w[1] - eta * g[1]];
  }

  function path(curvatures, eta, rho, start, steps) {
    var points = [start];
    for (var t = 0; t < steps; t++) points.push(step(curvatures, eta, rho, points[t]));
    return points;
  }

  function radius(h, rho) { return h < 2 ? rho * h / (2 - h) : Infinity; }

  // late iterates in units of rho, of the first coordinate, for each h
  function branches(ratio, values, steps) {
    return values.map(function (h) {
      var w = [0.55, 1];
      for (var t = 0; t < steps && length(w) < 1e6; t++) w = step([1, ratio], h, 1, w);
      return [w[0], step([1, ratio], h, 1, w)[0]];
    });
  }

  window.flatlab = { path: path, radius: radius, branches: branches };

  var form = document.querySelector("form.sliders");
  if (!form) return;
  var plane = document.getElementById("plane");
  var picture = document.getElementById("branches");
  var START = [0.55, 1];
  var start = START.slice();
  var W = 480, H = 420, LEFT = 48, RIGHT = 12, TOP = 12, BOTTOM = 40;
  var SHOWN = 10;

  function value(name) { return parseFloat(form.elements[name].value); }

  function put(id, text) { document.getElementById(id).textContent = text; }

  function number(x) {
    if (!isFinite(x)) return "∞";
    var text = x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5) ? x.toExponential(3) : String(+x.toPrecision(5));
    return text.replace(/-/g, "−");
  }

  function shape(name, attributes) {
    var words = Object.keys(attributes).map(function (key) { return key + '="' + attributes[key] + '"'; });
    return "<" + name + " " + words.join(" ") + "/>";
  }

  function label(x, y, text, anchor, kind) {
    return '<text class="' + kind + '" x="' + x + '" y="' + y + '" text-anchor="' + anchor + '">' + text + "</text>";
  }

  function ticks(low, high) {
    var step = Math.pow(10, Math.floor(Math.log10((high - low) / 3)));
    [1, 2, 5, 10].some(function (k) {
      if ((high - low) / (step * k) <= 6) { step *= k; return true; }
      return false;
    });
    var out = [];
    for (var k = Math.ceil(low / step); k * step <= high; k++) out.push(+(k * step).toPrecision(10));
    return out;
  }

  function frame(x, y, xs, ys, below, beside) {
    var out = "";
    xs.forEach(function (t) {
      out += shape("line", { "class": "grid", x1: x(t), y1: TOP, x2: x(t), y2: H - BOTTOM });
      out += label(x(t), H - BOTTOM + 15, number(t), "middle", "tick");
    });
    ys.forEach(function (t) {
      out += shape("line", { "class": "grid", x1: LEFT, y1: y(t), x2: W - RIGHT, y2: y(t) });
      out += label(LEFT - 6, y(t) + 4, number(t), "end", "tick");
    });
    out += label((LEFT + W - RIGHT) / 2, H - 6, below, "middle", "label");
    return out + '<text class="label" text-anchor="middle" transform="translate(12 ' + (TOP + H - BOTTOM) / 2 + ') rotate(-90)">' + beside + "</text>";
  }

  var scale = 1;

  function drawPlane(sam, gd, curvatures, rho, predicted) {
    var reach = 1.1 * Math.max(Math.abs(start[0]), Math.abs(start[1]), 0.3, isFinite(predicted) ? Math.min(predicted + rho, 5) : 1);
    var size = Math.min(W - LEFT - RIGHT, H - TOP - BOTTOM) / 2;
    var cx = (LEFT + W - RIGHT) / 2, cy = (TOP + H - BOTTOM) / 2;
    scale = size / reach;
    var x = function (v) { return +(cx + scale * v).toFixed(2); };
    var y = function (v) { return +(cy - scale * v).toFixed(2); };
    var wide = (W - LEFT - RIGHT) / 2 / scale;
    var out = frame(x, y, ticks(-wide, wide), ticks(-reach, reach), "w₁ (largest curvature)", "w₂");
    var inside = '<svg x="' + LEFT + '" y="' + TOP + '" width="' + (W - LEFT - RIGHT) + '" height="' + (H - TOP - BOTTOM) +
      '" viewBox="' + [LEFT, TOP, W - LEFT - RIGHT, H - TOP - BOTTOM].join(" ") + '">';
    [0.25, 0.5, 0.75, 1, 1.4].forEach(function (k) {
      inside += shape("ellipse", { "class": "level", cx: cx, cy: cy, rx: size * k * Math.sqrt(curvatures[1] / curvatures[0]) * 1.2, ry: size * k * 1.2 });
    });
    [[gd, "gd"], [sam, "sam"]].forEach(function (pair) {
      var points = pair[0].filter(function (w) { return length(w) < 1e4; });
      inside += shape("polyline", { "class": pair[1] + "-path", points: points.map(function (w) { return x(w[0]) + "," + y(w[1]); }).join(" ") });
      points.forEach(function (w) {
        inside += pair[1] === "sam" ? shape("circle", { "class": "sam-point", cx: x(w[0]), cy: y(w[1]), r: 2.6 })
          : shape("rect", { "class": "gd-point", x: x(w[0]) - 2.4, y: y(w[1]) - 2.4, width: 4.8, height: 4.8 });
      });
    });
    sam.slice(-2).forEach(function (w) {
      var u = ascended(curvatures, rho, w);
      inside += shape("path", { "class": "ascent-point", d: "M" + (x(u[0]) - 4) + "," + (y(u[1]) - 4) + "l8,8m0,-8l-8,8" });
    });
    if (isFinite(predicted)) [-1, 1].forEach(function (sign) {
      inside += shape("circle", { "class": "cycle-point", cx: x(sign * predicted), cy: y(0), r: 6 });
    });
    plane.innerHTML = out + inside + "</svg>";
  }

  var kept = {};

  function drawBifurcation(ratio, h) {
    var values = [];
    for (var k = 1; k <= 205; k++) values.push(k / 100);
    if (!kept[ratio]) kept[ratio] = branches(ratio, values, 1500);
    var x = function (v) { return +(LEFT + v / 2.05 * (W - LEFT - RIGHT)).toFixed(2); };
    var y = function (v) { return +(TOP + (SHOWN - v) / (2 * SHOWN) * (H - TOP - BOTTOM)).toFixed(2); };
    var out = frame(x, y, [0, 0.5, 1, 1.5, 2], [-10, -5, 0, 5, 10], "h = ηλ₁", "w₁/ρ");
    values.forEach(function (value, k) {
      kept[ratio][k].forEach(function (w) {
        if (Math.abs(w) <= SHOWN) out += shape("circle", { "class": "sam-point", cx: x(value), cy: y(w), r: 1.7 });
      });
    });
    [-1, 1].forEach(function (sign) {
      var points = values.filter(function (v) { return v < 2 && radius(v, 1) <= SHOWN; });
      out += shape("polyline", { "class": "stated", points: points.map(function (v) { return x(v) + "," + y(sign * radius(v, 1)); }).join(" ") });
    });
    if (h <= 2.05) out += shape("line", { "class": "here", x1: x(h), y1: TOP, x2: x(h), y2: H - BOTTOM });
    out += shape("line", { "class": "axis", x1: x(2), y1: TOP, x2: x(2), y2: H - BOTTOM });
    out += label(x(1.7), TOP + 12, "diverges for h ≥ 2", "end", "tick");
    picture.innerHTML = out;
  }

  function draw() {
    var eta = value("eta"), rho = value("rho"), top = value("lambda"), ratio = value("ratio"), steps = value("steps");
    var curvatures = [top, ratio * top];
    var h = eta * top, predicted = radius(h, rho);
    var sam = path(curvatures, eta, rho, start, steps), gd = path(curvatures, eta, 0, start, steps);
    ["eta", "rho", "lambda", "ratio", "steps"].forEach(function (name) { put(name + "-value", form.elements[name].value); });
    drawPlane(sam, gd, curvatures, rho, predicted);
    drawBifurcation(ratio, h);
    var measured = length(sam[sam.length - 1]);
    put("h", number(h));
    put("predicted", h < 2 ? number(predicted) : "none: h is not below 2");
    put("measured", number(measured));
    put("difference", h < 2 && predicted > 0 ? number(Math.abs(measured / predicted - 1)) : "–");
    put("descent", number(length(gd[gd.length - 1])));
  }

  function move(event) {
    var box = plane.getBoundingClientRect();
    var px = (event.clientX - box.left) / box.width * W, py = (event.clientY - box.top) / box.height * H;
    start = [(px - (LEFT + W - RIGHT) / 2) / scale, ((TOP + H - BOTTOM) / 2 - py) / scale];
    draw();
  }

  form.addEventListener("input", draw);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("reset", function () { start = START.slice(); setTimeout(draw, 0); });
  plane.setAttribute("tabindex", "0");
  plane.addEventListener("pointerdown", function (event) { plane.setPointerCapture(event.pointerId); move(event); });
  plane.addEventListener("pointermove", function (event) { if (event.buttons) move(event); });
  plane.addEventListener("keydown", function (event) {
    var by = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] }[event.key];
    if (!by) return;
    event.preventDefault();
    start = [start[0] + by[0], start[1] + by[1]];
    draw();
  });
  draw();
})();
