// Looks at every page of every question in every language, as the preview serves them, and
// leaves contact sheets for a person in shots/: node every.mjs CONGCHAO CONFIG
// The deep battery for each kind of page is in pages.mjs; here it is the texts that vary.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { RULES, SAFETY, SIZE_MAX, TARGET_MIN, axe, check, ensure, run, shots } from "./preview.mjs";

// Colours depend on the kind of page, not on its text, and cost two thirds of axe's time:
// they are looked at on one page of each kind for each question.
const COLOURS = /\/(pre|post|right|wrong-[ab]|return|online|notice|later)$/;
const COLOUR_RULES = ["color-contrast", "color-contrast-enhanced", "target-size"];
const SHEET = { questions: 4, width: 1560, scale: 0.6 };

// In the browser, one page after the other, in the same document: axe is loaded once.
async function examine({ urls, rules, skipped, colours, limits }) {
	const wrong = [];

	async function open(url) {
		const response = await fetch(url);
		const bytes = await response.arrayBuffer();
		const html = new TextDecoder().decode(bytes);
		const parsed = new DOMParser().parseFromString(html, "text/html");

		document.documentElement.replaceWith(document.adoptNode(parsed.documentElement));
		window.scrollTo(0, 0);
		return { status: response.status, size: bytes.byteLength, html };
	}

	function visibleText() {
		const parts = [document.title];
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);

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

	function* layoutMistakes() {
		const width = document.documentElement.scrollWidth;

		if (width > 320)
			yield `${width} px wide`;
		for (const element of document.querySelectorAll("p, dt, dd, h1, h2, label, span, button, a, legend, summary")) {
			const box = element.getBoundingClientRect();
			const name = element.textContent.trim().slice(0, 40);
			const clipped = element.clientWidth > 0 &&
				(element.scrollWidth > element.clientWidth + 1 ||
				 (getComputedStyle(element).overflowY !== "visible" && element.scrollHeight > element.clientHeight + 1));

			if (box.width > 0 && (box.right > 320.5 || box.left < -0.5 || clipped))
				yield `cut off: ${name}`;
			if (element.matches("a, button, label, summary") &&
			    box.width > 0 && (box.width < limits.target || box.height < limits.target))
				yield `${Math.round(box.width)}x${Math.round(box.height)} px: ${name}`;
		}
	}

	async function axeMistakes(url) {
		const off = new RegExp(colours).test(url) ? [] : skipped;
		const found = await window.axe.run(document, {
			runOnly: { type: "tag", values: rules },
			rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
			resultTypes: ["violations"],
		});

		if (found.passes.length < 10)
			return ["axe looked at nothing"];
		return found.violations.map((one) => `${one.id} at ${one.nodes.map((node) => node.target).join(", ")}`);
	}

	for (const url of urls) {
		const language = url.split("/")[1];
		const page = await open(url);
		const mistakes = [...textMistakes(page, language), ...layoutMistakes(), ...await axeMistakes(url)];

		if (mistakes.length > 0)
			wrong.push(`${url}: ${mistakes.join(", ")}`);
	}
	return wrong;
}

async function newTab(browser, base, colorScheme) {
	const context = await browser.newContext({
		bypassCSP: true, colorScheme, reducedMotion: "reduce", viewport: { width: 320, height: 480 },
	});
	const tab = await context.newPage();

	await tab.goto(base);
	return tab;
}

// The pages of one question, lesson or other thing of the index, in one language.
function group(url) {
	const [, language, id, name] = url.split("/");
	return name ? `${id} ${language}` : `pages for everybody ${language}`;
}

// Follows the index of each language: { urls of the indexes, groups: name -> urls }.
async function walkIndex(tab, base) {
	const links = (selector) => tab.$$eval(selector, (found) => found.map((a) => a.getAttribute("href")));
	const groups = new Map();

	await tab.goto(base);
	const indexes = await links("nav a");
	for (const index of indexes) {
		await tab.goto(base + index);
		for (const url of await links("main a"))
			groups.set(group(url), [...groups.get(group(url)) ?? [], url]);
	}
	return { indexes, groups };
}

async function checkIndex(tab, base, index) {
	await tab.goto(base + index);
	await tab.evaluate(axe);
	const found = await tab.evaluate((tags) =>
		window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
	ensure(found.violations.length === 0, found.violations.map((one) =>
		`${one.id} at ${one.nodes[0].target}`).join("; "));
	const missing = await tab.goto(`${base}${index}NONE/pre`);
	ensure(missing.status() === 404, `status ${missing.status()} for a page that is not there`);
	ensure(await tab.$("a[href='/']"), "no way back from a page that is not there");
}

// Takes a group at a time from the queue until it is empty.
async function work(browser, base, colorScheme, queue) {
	const tab = await newTab(browser, base, colorScheme);

	await tab.evaluate(axe);
	for (let next = queue.shift(); next; next = queue.shift()) {
		const [name, urls] = next;
		await check(`${name}, ${urls.length} pages`, async () => {
			const wrong = await tab.evaluate(examine, {
				urls, rules: RULES, skipped: COLOUR_RULES, colours: COLOURS.source,
				limits: { size: SIZE_MAX, target: TARGET_MIN, safety: SAFETY },
			});
			ensure(wrong.length === 0, wrong.join("; "));
		});
	}
	await tab.context().close();
}

// --- contact sheets ---

// In the browser: each row a question, each page in a frame of its own, at full length.
async function layOut({ rows, scale }) {
	const frames = [];

	document.documentElement.innerHTML = "<head></head><body></body>";
	document.body.style = "margin:8px;background:#888;font:14px sans-serif";
	for (const urls of rows) {
		const row = document.body.appendChild(document.createElement("div"));

		row.style = "display:flex;gap:8px;margin-bottom:12px;align-items:flex-start";
		for (const url of urls) {
			const cell = row.appendChild(document.createElement("div"));
			const frame = document.createElement("iframe");

			cell.style = `width:${320 * scale}px`;
			cell.append(url, frame);
			frame.srcdoc = await (await fetch(url)).text();
			frame.style = `border:0;width:320px;height:480px;transform:scale(${scale});transform-origin:0 0`;
			frames.push(new Promise((done) => (frame.onload = () => done(frame))));
		}
	}
	for (const frame of await Promise.all(frames)) {
		const height = frame.contentDocument.documentElement.scrollHeight;

		frame.style.height = `${height}px`;
		frame.style.marginBottom = `${-height * (1 - scale)}px`;
	}
}

async function drawSheet(tab, name, rows) {
	await tab.evaluate(layOut, { rows, scale: SHEET.scale });
	await tab.screenshot({ path: `${shots}sheet-${name}.png`, fullPage: true });
}

async function drawSheets(browser, base, colorScheme, queue) {
	const tab = await newTab(browser, base, colorScheme);

	await tab.setViewportSize({ width: SHEET.width, height: 900 });
	for (let next = queue.shift(); next; next = queue.shift())
		await drawSheet(tab, ...next);
	await tab.context().close();
}

// [name, rows] for each sheet.
function planSheets(groups, language) {
	const wanted = /\/(pre|post|right|wrong-.|retry|review-right|return|online|notice|later)$/;
	const rows = [...groups].filter(([name]) => name.endsWith(` ${language}`))
		.map(([, urls]) => urls.filter((url) => wanted.test(url))).filter((urls) => urls.length > 0);
	const singles = rows.filter((urls) => urls.length < 3).flat();
	const plan = rows.filter((urls) => urls.length >= 3);
	const sheets = [];

	while (singles.length > 0)
		plan.push(singles.splice(0, 7));
	for (let i = 0; i < plan.length; i += SHEET.questions)
		sheets.push([`${language}-${String(sheets.length + 1).padStart(2, "0")}`,
			plan.slice(i, i + SHEET.questions)]);
	return sheets;
}

async function main({ base, browser }) {
	const tab = await newTab(browser, base, "light");
	const { indexes, groups } = await walkIndex(tab, base);
	// A question is light in one language and dark in another.
	const queues = [[], []];
	let begun = Date.now();

	await check("the index lists pages in two languages", () =>
		ensure(indexes.length >= 2 && groups.size > 20, `${indexes.length} languages, ${groups.size} groups`));
	for (const index of indexes)
		await check(`index ${index}`, () => checkIndex(tab, base, index));
	[...groups].forEach((one, at) => {
		const language = indexes.findIndex((index) => one[1][0].startsWith(index));
		queues[(at + language) % 2].push(one);
	});
	await Promise.all([work(browser, base, "light", queues[0]), work(browser, base, "dark", queues[1])]);
	console.error(`pages: ${Date.now() - begun} ms`);
	begun = Date.now();
	mkdirSync(shots, { recursive: true });
	for (const old of readdirSync(shots).filter((name) => name.startsWith("sheet-")))
		rmSync(shots + old);
	await Promise.all(indexes.slice(0, 2).map((index, at) =>
		drawSheets(browser, base, ["light", "dark"][at], planSheets(groups, index.split("/")[1]))));
	console.error(`sheets: ${Date.now() - begun} ms`);
}

await run(main);
