// Looks at every page of every question in every language, as the preview serves them, and
// leaves contact sheets for a person in shots/: node every.mjs CONGCHAO CONFIG
// The deep battery for each kind of page is in pages.mjs; here it is the texts that vary.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { RULES, SAFETY, SIZE_MAX, TARGET_MIN, axe, check, ensure, run, shots } from "./preview.mjs";

// The way of a visit through a question, at least one page of each layout. Colours depend on
// the layout and cost axe two thirds of its time: they are looked at here, and not again on
// pages that differ from these in a word.
const WAY = ["pre", "post", "right", "wrong", "return"];
const COLOUR_RULES = ["color-contrast", "target-size"];
const SHEET_SCALE = 0.55;

// In the browser, one page after the other in the same document: axe is loaded once.
async function examine({ urls, limits, rules, colourRules, coloured }) {
	const wrong = [];

	async function open(url) {
		const response = await fetch(url);
		const bytes = await response.arrayBuffer();
		const html = new TextDecoder().decode(bytes);
		const parsed = new DOMParser().parseFromString(html, "text/html");

		document.title = parsed.title;
		document.documentElement.lang = parsed.documentElement.lang;
		document.querySelector("style").replaceWith(document.adoptNode(parsed.querySelector("style")));
		document.body.replaceWith(document.adoptNode(parsed.body));
		return { status: response.status, size: bytes.byteLength, html };
	}

	function visibleText() {
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const parts = [document.title];

		while (walker.nextNode())
			parts.push(walker.currentNode.data);
		for (const element of document.querySelectorAll("[aria-label]"))
			parts.push(element.getAttribute("aria-label"));
		return parts.join("\n");
	}

	function* textMistakes(page, language) {
		const text = visibleText();
		const patterns = {
			"a straight quote": /.{0,20}["'].{0,20}/,
			"a combining mark": /.{0,20}\p{M}.{0,20}/u,
			"something unfilled": /.{0,20}[{}].{0,20}/,
			"a broken character": /.{0,20}[\ufffd\u200b-\u200f\u0000-\u0008].{0,20}/,
		};

		if (page.status !== 200)
			yield `status ${page.status}`;
		if (page.size > limits.size)
			yield `${page.size} bytes`;
		if (page.html !== page.html.normalize("NFC"))
			yield "not NFC";
		if (document.documentElement.lang !== language)
			yield `lang is ${document.documentElement.lang}`;
		if (!text.includes(limits.safety[language]))
			yield "the safety sentence is missing";
		for (const [what, pattern] of Object.entries(patterns))
			if (pattern.test(text))
				yield `${what} in “${text.match(pattern)[0].trim()}”`;
	}

	// A box that is smaller than what stands in it, or stands out of the screen.
	function* layoutMistakes() {
		const width = document.documentElement.scrollWidth;

		if (width > 320)
			yield `${width} px wide`;
		for (const element of document.querySelectorAll("p, li, dt, dd, h1, h2, label, label span, button, a, legend, summary")) {
			const box = element.getBoundingClientRect();
			const name = element.textContent.trim().slice(0, 40);

			if (box.width === 0)
				continue; /* in a part that is not open */
			if (box.right > 320.5 || box.left < -0.5 || element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
				yield `cut off: ${name}`;
			if (element.matches("a, button, label, summary") && (box.width < limits.target || box.height < limits.target))
				yield `${Math.round(box.width)}x${Math.round(box.height)} px: ${name}`;
		}
	}

	// All rules on the first page of a kind; then those that had something to look at.
	async function axeMistakes(kind) {
		const known = (window.applicable ??= new Map()).get(kind);
		const wanted = coloured.includes(kind) ? known : known?.filter((rule) => !colourRules.includes(rule));
		const found = await window.axe.run(document, {
			runOnly: known ? { type: "rule", values: wanted } : { type: "tag", values: rules },
			resultTypes: ["violations"], preload: false,
		});

		if (!known)
			window.applicable.set(kind, [...found.passes, ...found.violations, ...found.incomplete]
				.map((one) => one.id));
		if (found.passes.length < 10)
			return ["axe looked at nothing"];
		return found.violations.map((one) => `${one.id} at ${one.nodes.map((node) => node.target).join(", ")}`);
	}

	for (const url of urls) {
		const [, language, , name] = url.split("/");
		const page = await open(url);
		const mistakes = [...textMistakes(page, language), ...layoutMistakes(),
			...await axeMistakes(String(name).replace(/-[a-d]$/, ""))];

		if (mistakes.length > 0)
			wrong.push(`${url}: ${mistakes.join(", ")}`);
	}
	return wrong;
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

// Takes a group at a time from the queue until it is empty.
async function work(browser, base, colorScheme, queue) {
	const tab = await newTab(browser, `${base}${queue[0][1][0]}`, colorScheme);

	await tab.evaluate(axe);
	for (let next = queue.shift(); next; next = queue.shift()) {
		const [name, urls] = next;

		await check(`${name}, ${urls.length} pages, ${colorScheme}`, async () => {
			const wrong = await tab.evaluate(examine, {
				urls, rules: RULES, colourRules: COLOUR_RULES, coloured: WAY,
				limits: { size: SIZE_MAX, target: TARGET_MIN, safety: SAFETY },
			});
			ensure(wrong.length === 0, wrong.join("; "));
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
	return document.body.offsetWidth + 16;
}

// A sheet for each lesson: the lesson, and the way through each of its questions.
function planSheets({ language, cards }) {
	const isWay = (url) => WAY.includes(url.split("/")[3]?.replace(/-[a-d]$/, ""));
	const sheets = [];

	for (const urls of cards) {
		const rows = new Map();
		const lesson = urls.find((url) => url.endsWith("/return"))?.split("/")[2];

		for (const url of urls) {
			const [, , id, name] = url.split("/");
			const row = lesson ? (id === lesson ? "" : id) : `${rows.size && [...rows.values()].at(-1).length < 8 ? [...rows.keys()].at(-1) : url}`;
			const again = name?.startsWith("wrong-") && rows.get(row)?.some((other) => other.includes("/wrong-"));

			if (!lesson || (isWay(url) && !again))
				rows.set(row, [...rows.get(row) ?? [], url]);
		}
		const [first, ...others] = [...rows.values()];
		sheets.push([`${language}-${lesson ?? "everybody"}`,
			lesson ? [[...others[0], ...first], ...others.slice(1)] : [first, ...others]]);
	}
	return sheets;
}

async function drawSheets(browser, base, colorScheme, sheets) {
	const tab = await newTab(browser, base, colorScheme);

	for (const [name, rows] of sheets) {
		await tab.goto(base);
		await tab.setViewportSize({ width: 1000, height: 480 });
		const width = await tab.evaluate(layOut, { rows, scale: SHEET_SCALE });
		await tab.setViewportSize({ width, height: 480 });
		await tab.screenshot({ path: `${shots}sheet-${name}.png`, fullPage: true });
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
	languages.forEach(({ groups }, at) => [...groups].forEach((one, number) =>
		queues[(at + number) % 2].push(one)));
	await Promise.all([work(browser, base, "light", queues[0]), work(browser, base, "dark", queues[1])]);
	console.error(`pages: ${Date.now() - begun} ms`);
	begun = Date.now();
	mkdirSync(shots, { recursive: true });
	for (const old of readdirSync(shots).filter((name) => name.startsWith("sheet-")))
		rmSync(shots + old);
	await Promise.all(languages.slice(0, 2).map((language, at) =>
		drawSheets(browser, base, ["light", "dark"][at], planSheets(language))));
	console.error(`sheets: ${Date.now() - begun} ms`);
}

await run(main);
