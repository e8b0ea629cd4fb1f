// Looks at every page of every question in every language, as the preview serves them, and
// leaves contact sheets for a person in shots/: node every.mjs CONGCHAO CONFIG
// The deep battery for each kind of page is in pages.mjs; here it is the texts that vary.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { RULES, SAFETY, SIZE_MAX, TARGET_MIN, axe, check, ensure, run, shots } from "./preview.mjs";

// A visit's way through a question shows all its texts in every layout: these pages are
// rendered, of the others one for each question in turn. What can be told from a page's
// text alone is looked at on all of them.
const WAY = ["pre", "post", "right", "wrong", "return", "later", "known", "notice", undefined];
// Colours depend on the layout and cost axe two thirds of its time: once for each layout and
// question, not for each wrong answer.
const COLOURED = ["pre", "post", "right", "wrong", "return", "later", "notice"];
const COLOUR_RULES = ["color-contrast", "target-size"];
const SHEET_SCALE = 0.55;

// "wrong" of /vi/CIT-OTP-A/wrong-b; none for /vi/online.
function kindOf(url) {
	return url.split("/")[3]?.replace(/-[a-d]$/, "");
}

async function readPage(base, path) {
	const response = await fetch(base + path);
	const bytes = Buffer.from(await response.arrayBuffer());

	return { path, status: response.status, size: bytes.length, html: bytes.toString("utf8") };
}

const ENTITIES = { "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const SLIPS = {
	"a straight quote": /["']/,
	"a combining mark": /\p{M}/u,
	"something unfilled": /[{}]/,
	"a broken character": /[\ufffd\u200b-\u200f\u0000-\u0008]/,
};

// What a person reads, or hears: the text and the labels, a line for each piece.
function textOf(html) {
	const labels = [...html.matchAll(/aria-label="([^"]*)"/g)].map((found) => found[1]);

	return [html.replace(/<style[^]*?<\/style>|<!--[^]*?-->/g, "").replace(/<[^>]*>/g, "\n"), ...labels]
		.join("\n").replace(/&(quot|#39|lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

function* textMistakes({ path, status, size, html }) {
	const language = path.split("/")[1];
	const text = textOf(html);

	if (status !== 200)
		yield `status ${status}`;
	if (size > SIZE_MAX)
		yield `${size} bytes`;
	if (html !== html.normalize("NFC"))
		yield "not NFC";
	if (!html.includes(`<html lang="${language}">`))
		yield "in another language";
	if (!text.includes(SAFETY[language]))
		yield "the safety sentence is missing";
	for (const [what, pattern] of Object.entries(SLIPS)) {
		const at = text.search(pattern);

		if (at >= 0)
			yield `${what} in “${text.slice(Math.max(0, at - 20), at + 20).trim()}”`;
	}
}

// In the browser, one page after the other in the same document: axe is loaded once.
async function examine({ pages, target, rules, colourRules }) {
	const found = [];

	function show(html) {
		const parsed = new DOMParser().parseFromString(html, "text/html");

		document.title = parsed.title;
		document.documentElement.lang = parsed.documentElement.lang;
		document.querySelector("style").replaceWith(document.adoptNode(parsed.querySelector("style")));
		document.body.replaceWith(document.adoptNode(parsed.body));
	}

	// A box that is smaller than what stands in it, or stands out of the screen.
	function* layoutMistakes() {
		const width = document.documentElement.scrollWidth;

		if (width > 320)
			yield `${width} px wide`;
		for (const element of document.querySelectorAll("p, li, dd, h1, h2, label, label span, button, a, legend, summary")) {
			const box = element.getBoundingClientRect();
			const name = element.textContent.trim().slice(0, 40);
			const cut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;

			if (box.width > 0 && (cut || box.right > 320.5 || box.left < -0.5))
				yield `cut off: ${name}`;
			if (box.width > 0 && element.matches("a, button, label, summary") && (box.width < target || box.height < target))
				yield `${Math.round(box.width)}x${Math.round(box.height)} px: ${name}`;
		}
	}

	// All rules on the first page of a kind; then those that had something to look at.
	async function axeMistakes({ kind, coloured }) {
		const known = (window.applicable ??= {})[kind]?.filter((rule) => coloured || !colourRules.includes(rule));
		const result = await window.axe.run(document, {
			runOnly: known ? { type: "rule", values: known } : { type: "tag", values: rules },
			resultTypes: ["violations"], preload: false,
		});

		window.applicable[kind] ??= [...result.passes, ...result.violations, ...result.incomplete].map((one) => one.id);
		if (result.passes.length < 10)
			return ["axe looked at nothing"];
		return result.violations.map((one) => `${one.id} at ${one.nodes.map((node) => node.target).join(", ")}`);
	}

	for (const page of pages) {
		show(page.html);
		found.push([...layoutMistakes(), ...await axeMistakes(page)].map((what) => `${page.path}: ${what}`));
	}
	return found.flat();
}

async function newTab(browser, url, colorScheme) {
	const context = await browser.newContext({
		bypassCSP: true, colorScheme, reducedMotion: "reduce", viewport: { width: 320, height: 480 },
	});
	const tab = await context.newPage();

	await tab.goto(url);
	return tab;
}

// The pages of one question, lesson or other thing of the index, in one language.
function group(url) {
	const [, language, id, name] = url.split("/");

	return name === "notice" || !name ? `pages for everybody ${language}` : `${id} ${language}`;
}

// Follows the index of each language: its address, groups (name -> pages) and lessons
// (id -> [its page and those of its questions]).
async function walkIndex(tab, base) {
	const found = [];

	await tab.goto(base);
	for (const index of await tab.$$eval("nav a", (links) => links.map((a) => a.getAttribute("href")))) {
		const groups = new Map();

		await tab.goto(base + index);
		const cards = await tab.$$eval("section.card", (sections) => sections.map((section) =>
			[...section.querySelectorAll("a")].map((a) => a.getAttribute("href"))));
		for (const url of cards.flat())
			groups.set(group(url), [...groups.get(group(url)) ?? [], url]);
		found.push({ index, language: index.split("/")[1], groups, cards });
	}
	return found;
}

async function checkIndex(tab, base, index) {
	await tab.goto(base + index);
	await tab.evaluate(axe);
	const { violations } = await tab.evaluate((tags) =>
		window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
	ensure(violations.length === 0, violations.map((one) => `${one.id} at ${one.nodes[0].target}`).join("; "));
	const missing = await tab.goto(`${base}${index}NONE/pre`);
	ensure(missing.status() === 404, `status ${missing.status()} for a page that is not there`);
	ensure(await tab.$("a[href='/']"), "no way back from a page that is not there");
}

// Which pages of a group are rendered: the way, and one of the others.
function rendered(pages, number) {
	const others = pages.filter(({ path }) => !WAY.includes(kindOf(path)));
	const chosen = pages.filter((page) => WAY.includes(kindOf(page.path)) || page === others[number % others.length]);
	const seen = new Set();

	return chosen.map(({ path, html }) => {
		const kind = String(kindOf(path));
		const coloured = COLOURED.includes(kind) && !seen.has(kind);

		seen.add(kind);
		return { path, html, kind, coloured };
	});
}

// Takes a group at a time from the queue until it is empty.
async function work(browser, base, colorScheme, queue) {
	const tab = await newTab(browser, `${base}${queue[0].urls[0]}`, colorScheme);

	await tab.evaluate(axe);
	for (let next = queue.shift(); next; next = queue.shift()) {
		const { name, urls, number } = next;

		await check(`${name}, ${urls.length} pages, ${colorScheme}`, async () => {
			const pages = [];

			for (const path of urls)
				pages.push(await readPage(base, path));
			const slips = pages.flatMap((page) => [...textMistakes(page)].map((what) => `${page.path}: ${what}`));
			const mistakes = await tab.evaluate(examine, {
				pages: rendered(pages, number), target: TARGET_MIN, rules: RULES, colourRules: COLOUR_RULES,
			});
			ensure(slips.length + mistakes.length === 0, [...slips, ...mistakes].join("; "));
		});
	}
	await tab.context().close();
}

// --- contact sheets ---

// In the browser: rows of pages, each in a frame of its own, at full length.
async function layOut({ rows, scale }) {
	const loaded = [];

	document.head.replaceChildren();
	document.body.replaceChildren();
	document.body.style = "margin:8px;width:max-content;background:#777;color:#fff;font:13px sans-serif";
	for (const urls of rows) {
		const row = document.body.appendChild(document.createElement("div"));

		row.style = "display:flex;gap:8px;margin-bottom:12px;align-items:flex-start";
		for (const url of urls) {
			const cell = row.appendChild(document.createElement("div"));
			const frame = document.createElement("iframe");

			cell.style = `width:${320 * scale}px`;
			frame.srcdoc = await (await fetch(url)).text();
			frame.style = `display:block;border:0;width:320px;height:480px;transform:scale(${scale});transform-origin:0 0`;
			loaded.push(new Promise((done) => (frame.onload = () => done(frame))));
			cell.append(url.split("/").slice(2).join(" "), frame);
		}
	}
	for (const frame of await Promise.all(loaded)) {
		// Twice: a higher screen shows a higher picture.
		for (let i = 0; i < 2; i++)
			frame.style.height = `${frame.contentDocument.documentElement.scrollHeight}px`;
		frame.style.marginBottom = `${-frame.offsetHeight * (1 - scale)}px`;
	}
	return { width: document.body.offsetWidth + 16, height: document.body.offsetHeight + 16 };
}

// A sheet for each lesson: the way through its first question, and the lesson itself; with
// SHEETS=all in the environment the way through each of its questions.
function planSheets({ language, cards }) {
	const [everybody, ...lessons] = cards;
	const sheets = [[`${language}-everybody`, rowsOf(everybody, 8)]];

	for (const urls of lessons) {
		const lesson = urls.find((url) => kindOf(url) === "return");
		const rows = new Map();

		for (const url of urls.filter((one) => one !== lesson && WAY.includes(kindOf(one)))) {
			const row = rows.get(url.split("/")[2]) ?? [];

			rows.set(url.split("/")[2], row);
			if (!row.some((other) => kindOf(other) === kindOf(url)))
				row.push(url); /* one wrong answer shows them all */
		}
		const [first, ...others] = rows.values();
		sheets.push([`${language}-${lesson.split("/")[2]}`,
			[[...first, lesson], ...process.env.SHEETS === "all" ? others : []]]);
	}
	return sheets;
}

function rowsOf(urls, length) {
	return urls.length > length ? [urls.slice(0, length), ...rowsOf(urls.slice(length), length)] : [urls];
}

async function drawSheets(browser, base, colorScheme, sheets) {
	const tab = await newTab(browser, base, colorScheme);

	for (const [name, rows] of sheets) {
		await tab.setViewportSize(await tab.evaluate(layOut, { rows, scale: SHEET_SCALE }));
		await tab.screenshot({ path: `${shots}sheet-${name}.png` });
	}
	await tab.context().close();
}

async function main({ base, browser }) {
	const tab = await newTab(browser, base, "light");
	const languages = await walkIndex(tab, base);
	const queues = [[], []];
	let begun = Date.now();

	await check("the index lists pages in two languages", () => ensure(languages.length >= 2 &&
		languages.every(({ groups }) => groups.size > 20), `${languages.map(({ groups }) => groups.size)}`));
	for (const { index } of languages)
		await check(`index ${index}`, () => checkIndex(tab, base, index));
	// A question is light in one language and dark in another.
	languages.forEach(({ groups }, at) => [...groups].forEach(([name, urls], number) =>
		queues[(at + number) % 2].push({ name, urls, number })));
	await Promise.all([work(browser, base, "light", queues[0]), work(browser, base, "dark", queues[1])]);
	console.log(`# pages: ${Math.round((Date.now() - begun) / 1000)} s`);
	begun = Date.now();
	mkdirSync(shots, { recursive: true });
	for (const old of readdirSync(shots).filter((name) => name.startsWith("sheet-")))
		rmSync(shots + old);
	await Promise.all(languages.slice(0, 2).map((language, at) =>
		drawSheets(browser, base, ["light", "dark"][at], planSheets(language))));
	console.log(`# contact sheets: ${Math.round((Date.now() - begun) / 1000)} s`);
}

await run(main);
