// The page of the studio. It draws what the widget in app.py holds, and tells it what the visitor
// does. Whatever comes from a visitor (the name of a file) is set as text, never as HTML.

const PART = 512 * 1024; // an upload travels in parts: a whole photograph is too much for one message
const SLIDE_EVERY = 120; // milliseconds between two wishes while the slider moves
const ANSWER_WITHIN = 8_000; // milliseconds; the page's process answers at once, whatever it does
const ROLES = ["content", "style"];

const PAGE = `
<p class="problem closed" role="alert"></p>
<div class="room">
  <div class="pickers"></div>
  <section aria-labelledby="{id}-instant">
    <h2 id="{id}-instant"><span class="number">3</span> At once: one pass</h2>
    <p class="hint">One network changes the photograph's features, another one paints them. No optimisation.</p>
    <figure>
      <div class="frame"><img class="look" alt="" hidden><span class="empty opening">The studio opens.
        TensorFlow is being loaded in the background: a few seconds.</span></div>
      <figcaption class="look-caption"></figcaption>
    </figure>
    <div class="strength">
      <label for="{id}-strength">Strength</label>
      <input id="{id}-strength" type="range" min="0" max="100" value="100" step="5">
      <output for="{id}-strength">100 %</output>
    </div>
    <fieldset class="colors">
      <legend>Colours</legend>
      <label><input type="radio" name="{id}-colors" value="style" checked>of the style</label>
      <label><input type="radio" name="{id}-colors" value="match">of the photograph, given to the style</label>
      <label><input type="radio" name="{id}-colors" value="keep">of the photograph, kept as they are</label>
    </fieldset>
    <p class="problem" data-about="look" role="alert"></p>
    <div class="row downloads"><a class="button look-download" hidden>Download this picture</a></div>
  </section>
  <section aria-labelledby="{id}-painted">
    <h2 id="{id}-painted"><span class="number">4</span> Better: painted step by step</h2>
    <p class="hint">Now every pixel moves, until the costs of content and style are low: the way of Gatys and others, as in the lessons.</p>
    <div class="row">
      <button class="paint" type="button">Paint</button>
      <button class="stop plain" type="button" disabled>Stop</button>
    </div>
    <p class="problem" data-about="paint" role="alert"></p>
    <div class="going" hidden>
      <p class="state" id="{id}-state"></p>
      <progress max="1" value="0" aria-labelledby="{id}-state"></progress>
    </div>
    <figure class="painted" hidden>
      <div class="frame"><img class="preview" alt=""></div>
      <figcaption class="painted-caption"></figcaption>
    </figure>
    <div class="row downloads made" hidden>
      <a class="button picture-download">Download the picture</a>
      <a class="button film-download">Film (GIF)</a>
      <a class="button settings-download">Settings (JSON)</a>
    </div>
    <p class="help made" hidden>The settings paint the same again, also larger:
      <code>python -m nst_utils PHOTOGRAPH STYLE --settings FILE</code></p>
    <figure class="costs" hidden><div class="curve"></div>
      <figcaption>The costs, on a logarithmic scale. Where they jump, a larger picture begins.</figcaption></figure>
    <details><summary>Settings, explained</summary><div class="form"></div></details>
  </section>
</div>
<p class="visually-hidden status" role="status" aria-live="polite"></p>`;

const PICKER = `
<section aria-labelledby="{id}-{role}">
  <h2 id="{id}-{role}"><span class="number">{number}</span> {title}</h2>
  <label class="drop">
    <input type="file" accept="image/*" aria-describedby="{id}-{role}-hint">
    <span class="frame"><img alt=""></span>
    <span class="ask">Drop your own {word} here, or choose a file</span>
  </label>
  <p class="help" id="{id}-{role}-hint">Up to {megabytes} MB. It is gone when you close the page.</p>
  <p class="problem" data-about="{role}" role="alert"></p>
  <p class="help credit"></p>
  <fieldset class="chips"><legend>Or one of these</legend></fieldset>
</section>`;

function filled(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function stem(label) {
  return label.replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase() || "picture";
}

function seconds(number) {
  const whole = Math.max(1, Math.round(number));
  return whole < 90 ? `${whole} s` : `${Math.round(whole / 60)} min`;
}

// A file that the widget holds, as an address; the one before is let go.
const addresses = new WeakMap();
function show(target, property, bytes, type) {
  const before = addresses.get(target);
  if (before) URL.revokeObjectURL(before);
  const address = URL.createObjectURL(new Blob([bytes], { type }));
  addresses.set(target, address);
  target[property] = address;
}

// Tell the widget something. It answers that it has heard; where it does not, nobody is there.
let messages = 0;
function say(model, message, buffers) {
  const number = ++messages;
  const closed = document.querySelectorAll(".nst-studio .closed");
  const end = () => {
    clearTimeout(timer);
    model.off("msg:custom", heard);
  };
  const heard = (answer) => {
    if (answer.heard !== number) return;
    end();
    closed.forEach((place) => (place.textContent = ""));
  };
  const timer = setTimeout(() => {
    end();
    const words = "The studio does not answer: it was closed, or this page was left alone for long. Load it again.";
    closed.forEach((place) => (place.textContent = words));
  }, ANSWER_WITHIN);
  model.on("msg:custom", heard);
  model.send({ ...message, number }, undefined, buffers);
}

// Choosing and uploading ------------------------------------------------------------------------

function makePickers(model, root, id, tell) {
  const menu = model.get("menu");
  const words = { content: ["1", "Photograph", "photograph"], style: ["2", "Style", "style picture"] };
  for (const role of ROLES) {
    const [number, title, word] = words[role];
    const holder = element("div");
    holder.innerHTML = filled(PICKER, { id, role, number, title, word, megabytes: menu.megabytes });
    const section = holder.firstElementChild;
    root.querySelector(".pickers").append(section);
    makeChips(model, section, id, role, menu.samples[role]);
    makeDrop(model, section, role, menu.megabytes, tell);
  }
}

function makeChips(model, section, id, role, samples) {
  for (const sample of samples) {
    const input = element("input", { type: "radio", name: `${id}-${role}-sample`, value: sample.file });
    input.addEventListener("change", () => say(model, { do: "choose", role, file: sample.file }));
    const picture = element("img", { src: sample.picture, alt: `${sample.label}: ${sample.alt}`, title: sample.label });
    section.querySelector(".chips").append(element("label", { className: "chip" }, input, picture));
  }
}

function makeDrop(model, section, role, megabytes, tell) {
  const drop = section.querySelector(".drop");
  const input = drop.querySelector("input");
  const take = (file) => file && upload(model, role, file, megabytes, tell);
  input.addEventListener("change", () => {
    take(input.files[0]);
    input.value = ""; // so that the same file can be chosen again
  });
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.remove("over");
    });
  }
  drop.addEventListener("drop", (event) => take(event.dataTransfer.files[0]));
}

async function upload(model, role, file, megabytes, tell) {
  if (file.size > megabytes * 2 ** 20) {
    return tell(role, `${file.name} is larger than ${megabytes} MB. Save it smaller, and try again.`);
  }
  tell(role, "");
  const parts = Math.max(1, Math.ceil(file.size / PART));
  for (let part = 0; part < parts; part++) {
    const bytes = await file.slice(part * PART, (part + 1) * PART).arrayBuffer();
    const arrived = answer(model, role, part);
    say(model, { do: "upload", role, name: file.name, part, parts }, [new DataView(bytes)]);
    if (!(await arrived)) return;
  }
}

// Resolves to true when a part has arrived, to false when it was refused.
function answer(model, role, part) {
  return new Promise((resolve) => {
    const end = (value) => {
      model.off("msg:custom", received);
      model.off("change:problem", refused);
      resolve(value);
    };
    const received = (message) => message.received === role && message.part === part && end(true);
    const refused = () => model.get("problem").about === role && end(false);
    model.on("msg:custom", received);
    model.on("change:problem", refused);
  });
}

function drawChosen(model, root) {
  const chosen = model.get("chosen");
  ROLES.forEach((role, index) => {
    const section = root.querySelectorAll(".pickers section")[index];
    const picture = chosen[role];
    if (!picture) return;
    Object.assign(section.querySelector(".drop img"), {
      src: picture.picture,
      alt: `The ${role === "content" ? "photograph" : "style"} chosen: ${picture.alt}`,
    });
    section.querySelector(".credit").textContent = picture.credit;
    section.querySelectorAll(".chip input").forEach((input) => (input.checked = input.value === picture.file));
  });
}

// At once -----------------------------------------------------------------------------------------

function makeLook(model, root) {
  const slider = root.querySelector(".strength input");
  const wish = () => say(model, { do: "look", strength: slider.value / 100, colors: colorsOf(root) });
  let due = 0;
  slider.addEventListener("input", () => {
    root.querySelector(".strength output").value = `${slider.value} %`;
    clearTimeout(due);
    due = setTimeout(wish, SLIDE_EVERY);
  });
  root.querySelectorAll(".colors input").forEach((input) => input.addEventListener("change", wish));
}

function colorsOf(root) {
  return root.querySelector(".colors input:checked").value;
}

function drawLook(model, root) {
  const bytes = model.get("look_picture");
  if (!bytes || !bytes.byteLength) return;
  const { seconds: taken, width, height, strength } = model.get("look");
  const { content, style } = model.get("chosen");
  const image = root.querySelector(".look");
  show(image, "src", bytes, "image/jpeg");
  image.alt = `${content.label} in the style of ${style.label}, made in one pass, strength ${Math.round(strength * 100)} %`;
  image.hidden = false;
  root.querySelector(".opening").hidden = true;
  root.querySelector(".look-caption").textContent =
    `${content.label} in the style of ${style.label}: ${width} × ${height} pixels in ${taken.toFixed(2)} s`;
  const link = root.querySelector(".look-download");
  show(link, "href", bytes, "image/jpeg");
  link.download = `${stem(content.label)}-${stem(style.label)}-at-once.jpg`;
  link.hidden = false;
}

// Painted ------------------------------------------------------------------------------------------

function makeForm(model, root, id) {
  const form = root.querySelector(".form");
  for (const field of model.get("menu").fields) form.append(makeField(field, `${id}-${field.name}`));
}

function makeField(field, id) {
  const help = element("p", { className: "help", id: `${id}-help`, textContent: field.help });
  if (field.kind === "many") {
    const boxes = field.options.map(([value, label]) => {
      const box = element("input", { type: "checkbox", value, checked: field.value.includes(value) });
      return element("label", { className: "option" }, box, label);
    });
    const set = element("fieldset", { className: "field" }, element("legend", { textContent: field.label }), ...boxes, help);
    set.dataset.name = field.name;
    set.setAttribute("aria-describedby", help.id);
    return set;
  }
  const control = field.kind === "choice"
    ? element("select", {}, ...field.options.map(([value, label]) =>
        element("option", { value, textContent: label, selected: value === field.value })))
    : element("input", { type: "number", value: field.value, min: field.range[0], max: field.range[1],
        step: field.kind === "whole" ? 1 : "any" });
  control.id = id;
  control.setAttribute("aria-describedby", help.id);
  const label = element("label", { textContent: field.label, htmlFor: id });
  const made = element("div", { className: "field" }, label, control, help);
  made.dataset.name = field.name;
  return made;
}

function valuesOf(root) {
  const values = {};
  for (const field of root.querySelectorAll(".field")) {
    const boxes = [...field.querySelectorAll("input[type=checkbox]")];
    const control = field.querySelector("select, input[type=number]");
    if (boxes.length) values[field.dataset.name] = boxes.filter((box) => box.checked).map((box) => box.value);
    else values[field.dataset.name] = control.type === "number" ? control.valueAsNumber : control.value;
  }
  return values;
}

function makePaint(model, root, tell) {
  root.querySelector(".paint").addEventListener("click", () => {
    const wrong = [...root.querySelectorAll(".field input[type=number]")].find((input) => !input.checkValidity());
    if (wrong) {
      root.querySelector("details").open = true;
      wrong.focus();
      return tell("paint", `${wrong.previousElementSibling.textContent}: ${wrong.validationMessage}`);
    }
    tell("paint", "");
    say(model, { do: "paint", settings: valuesOf(root), colors: colorsOf(root) });
  });
  root.querySelector(".stop").addEventListener("click", () => say(model, { do: "stop" }));
}

const STAGES = {
  waiting: ({ ahead }) => (ahead ? `Waiting: ${ahead} before you` : "Getting ready: the network is being compiled"),
  painting: ({ step, total, left }) =>
    total ? `Step ${step} of ${total}, about ${seconds(left)} left` : "Getting ready: the network is being compiled",
  done: ({ step }) => `Finished after ${step} steps`,
  stopped: ({ step, total }) => (step ? `Stopped after ${step} of ${total} steps` : "Stopped before the first step"),
  failed: () => "It could not be painted",
};

function drawPainting(model, root, tell, announce) {
  const painting = model.get("painting");
  const { stage, step, total, problem, made_from: from } = painting;
  if (!stage) return;
  const going = stage === "waiting" || stage === "painting";
  root.querySelector(".going").hidden = false;
  root.querySelector(".state").textContent = STAGES[stage](painting);
  root.querySelector("progress").value = stage === "done" ? 1 : total ? step / total : 0;
  // The button that has the focus must not vanish from below the fingers: it hands it on.
  const [paint, stop] = [root.querySelector(".paint"), root.querySelector(".stop")];
  const focused = root.getRootNode().activeElement;
  paint.disabled = going;
  stop.disabled = !going;
  if (going && focused === paint) stop.focus();
  if (!going && focused === stop) paint.focus();
  const name = `${from.content} in the style of ${from.style}`;
  root.querySelector(".painted-caption").textContent = going ? `${name}, on its way` : name;
  root.querySelector(".preview").alt = `${name}, painted` + (going ? `: step ${step || 0}` : "");
  tell("paint", stage === "failed" || stage === "stopped" ? problem || "" : "");
  announce(stage, STAGES[stage](painting));
}

function drawPreview(model, root) {
  const final = model.get("picture");
  const bytes = final && final.byteLength ? final : model.get("preview");
  if (!bytes || !bytes.byteLength) return;
  show(root.querySelector(".preview"), "src", bytes, "image/jpeg");
  root.querySelector(".painted").hidden = false;
}

function drawWork(model, root) {
  const files = [["picture", "image/jpeg", ".jpg"], ["film", "image/gif", ".gif"],
    ["settings_file", "application/json", ".settings.json"]];
  const { made_from: from } = model.get("painting");
  root.querySelectorAll(".made").forEach((part) => (part.hidden = !model.get("picture")?.byteLength));
  for (const [trait, type, extension] of files) {
    const link = root.querySelector(`.${trait.split("_")[0]}-download`);
    const bytes = model.get(trait);
    link.hidden = !bytes?.byteLength;
    if (link.hidden) continue;
    show(link, "href", bytes, type);
    link.download = `${stem(from.content)}-${stem(from.style)}${extension}`;
  }
}

// The costs as a curve: SVG, so that it is sharp on every screen. -------------------------------

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [640, 250, 58, 92, 14, 40];
const LINES = [["total", 1, "#25211c"], ["content", 2, "#0b5a63"], ["style", 3, "#a8480f"]];

function drawCosts(model, root) {
  const costs = model.get("costs");
  root.querySelector(".costs").hidden = costs.length < 2;
  if (costs.length < 2) return;
  const positive = costs.flatMap((row) => row.slice(1)).filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...positive)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))));
  const total = model.get("painting").total || costs.at(-1)[0];
  const x = (step) => LEFT + (step / total) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + ((high - Math.log10(Math.max(value, 10 ** low))) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const parts = [];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power);
    parts.push(`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`,
      `<text x="${LEFT - 8}" y="${at + 4}" text-anchor="end">${power > 3 || power < -2 ? `10^${power}` : 10 ** power}</text>`);
  }
  parts.push(`<text x="${LEFT}" y="${HEIGHT - 18}">0</text>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 18}" text-anchor="end">${total}</text>`,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">steps</text>`);
  const ends = LINES.map(([, column]) => y(costs.at(-1)[column])).map((at, i) => ({ at, i })).sort((a, b) => a.at - b.at);
  ends.forEach((end, i) => { if (i) end.at = Math.max(end.at, ends[i - 1].at + 15); });
  for (const { at, i } of ends) {
    const [name, column, colour] = LINES[i];
    const points = costs.map((row) => `${x(row[0]).toFixed(1)},${y(row[column]).toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${points}" stroke="${colour}"/>`,
      `<text x="${Math.min(x(costs.at(-1)[0]), WIDTH - RIGHT) + 6}" y="${at + 4}" style="fill:${colour}">${name}</text>`);
  }
  const [first, last] = [costs[0][1], costs.at(-1)[1]].map((value) => value.toPrecision(3));
  root.querySelector(".curve").innerHTML =
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Costs by step: the total falls from ${first} to ${last}">${parts.join("")}</svg>`;
}

// ---------------------------------------------------------------------------------------------------

let count = 0;

function render({ model, el }) {
  const id = `nst${++count}`;
  const root = element("div", { className: "nst-studio" });
  root.innerHTML = filled(PAGE, { id });
  el.append(root);

  const tell = (about, sentence) => {
    const place = root.querySelector(`.problem[data-about="${about}"]`) || root.querySelector('.problem[data-about="paint"]');
    if (place.textContent !== sentence) place.textContent = sentence;
  };
  // A screen reader hears every stage once, and the numbers of the steps when it asks for them.
  let heard = "";
  const announce = (stage, words) => {
    if (stage !== heard) root.querySelector(".status").textContent = words;
    heard = stage;
  };

  makePickers(model, root, id, tell);
  makeLook(model, root);
  makeForm(model, root, id);
  makePaint(model, root, tell);

  const draw = {
    chosen: () => { drawChosen(model, root); ROLES.forEach((role) => tell(role, "")); },
    look: () => { drawLook(model, root); tell("look", ""); },
    painting: () => drawPainting(model, root, tell, announce),
    preview: () => drawPreview(model, root),
    costs: () => drawCosts(model, root),
    picture: () => { drawPreview(model, root); drawWork(model, root); },
    film: () => drawWork(model, root),
    settings_file: () => drawWork(model, root),
    problem: () => tell(model.get("problem").about, model.get("problem").sentence || ""),
  };
  const bound = Object.entries(draw).map(([trait, update]) => {
    model.on(`change:${trait}`, update);
    return [`change:${trait}`, update];
  });
  draw.chosen();
  draw.look();
  draw.painting();
  draw.preview();
  draw.costs();
  drawWork(model, root);
  return () => bound.forEach(([event, update]) => model.off(event, update));
}

export default { render };
