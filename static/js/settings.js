// Settings: the current tab in sight; on the profile, how many characters are left, and pictures that can be moved and
// drawn closer before they are sent.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const note of document.querySelectorAll("[data-left]")) {
  const input = document.getElementById(note.dataset.left);
  const show = () => { note.textContent = note.dataset.words.replace("%(n)s", input.maxLength - input.value.length); };
  input.addEventListener("input", show);
  show();
}

const LONGEST = 1500; // px of the longer side that is sent
const STEP = 8; // px an arrow key moves

for (const part of document.querySelectorAll("[data-crop]")) {
  const input = part.querySelector("input[type=file]");
  input.addEventListener("change", () => { if (input.files[0]) open(part, input, input.files[0]); });
}

// Shows the chosen picture in its frame; a picture this browser cannot draw is sent as it is.
async function open(part, input, file) {
  const picture = await createImageBitmap(file).catch(() => null);
  const tools = part.querySelector("[data-crop-tools]");
  tools.hidden = !picture;
  if (!picture) return;
  const [width, height] = part.dataset.crop.split(":").map(Number);
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(LONGEST, Math.max(400, picture.width));
  canvas.height = Math.round((canvas.width * height) / width);
  canvas.tabIndex = 0;
  canvas.setAttribute("aria-label", tools.querySelector("p").textContent);
  part.querySelector("[data-preview]").replaceChildren(canvas);
  const crop = new Crop(canvas, picture, input, file);
  const zoom = tools.querySelector("input");
  const fill = () => zoom.style.setProperty("--p", `${((zoom.value - zoom.min) / (zoom.max - zoom.min)) * 100}%`);
  zoom.value = zoom.min;
  zoom.oninput = () => {
    fill();
    crop.zoom(zoom.value / 100);
  };
  fill();
  crop.draw();
}

class Crop {
  constructor(canvas, picture, input, file) {
    Object.assign(this, { canvas, picture, input, file, by: 1, x: 0.5, y: 0.5 });
    this.fit = Math.max(canvas.width / picture.width, canvas.height / picture.height);
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.move(event.movementX, event.movementY);
    });
    canvas.addEventListener("pointerup", () => this.keep());
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  zoom(by) {
    this.by = by;
    this.draw();
    this.keep();
  }

  key(event) {
    const [x, y] = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key] ?? [];
    if (x === undefined) return;
    event.preventDefault();
    this.move(x, y);
    this.keep();
  }

  // By px on the screen; the middle that is shown stays within the picture.
  move(x, y) {
    const shown = this.canvas.width / this.canvas.clientWidth;
    const size = this.fit * this.by;
    this.x -= (x * shown) / (this.picture.width * size);
    this.y -= (y * shown) / (this.picture.height * size);
    this.draw();
  }

  draw() {
    const { canvas, picture } = this;
    const [width, height] = [picture.width * this.fit * this.by, picture.height * this.fit * this.by];
    this.x = within(this.x, canvas.width / width / 2);
    this.y = within(this.y, canvas.height / height / 2);
    const context = canvas.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, canvas.width / 2 - this.x * width, canvas.height / 2 - this.y * height, width, height);
  }

  // What is in the frame takes the place of the file.
  keep() {
    const type = this.file.type === "image/png" ? "image/png" : "image/jpeg";
    this.canvas.toBlob((blob) => {
      if (!blob) return;
      const files = new DataTransfer();
      files.items.add(new File([blob], this.file.name, { type }));
      this.input.files = files.files;
    }, type, 0.92);
  }
}

const within = (value, margin) => Math.min(Math.max(value, margin), 1 - margin);
