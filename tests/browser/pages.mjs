// Looks at every rendered page with a real browser: axe-core, sizes, the keyboard, the
// Content-Security-Policy, narrow screens and large text; leaves screenshots in shots/.
//   node pages.mjs FOLDER      FOLDER holds NAME.LANG.html, as written by render
import { createServer } from "node:http";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const CSP = (nonce) =>
	`default-src 'none'; style-src 'nonce-${nonce}'; img-src data:; form-action 'self'; ` +
	"base-uri 'none'; frame-ancestors 'none'";
const SIZE_MAX = 14 * 1024;
const TARGET_MIN = 44;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SCHEMES = ["light", "dark"];
const SCREENS = [[320, 480], [600, 450], [900, 572]];
const SAFETY = {
	vi: "không bao giờ hỏi mật khẩu, OTP, số thẻ hay số căn cước",
	en: "never asks for passwords, OTPs, card or ID numbers",
};
const NOT_ALLOWED = [/<script/i, /\sstyle\s*=/i, /\son[a-z]+\s*=/i, /https?:\/\//i, /@import/i, /url\(/i];

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = process.argv[2];
const shots = new URL("shots/", import.meta.url).pathname;

let passed = 0;
let failed = 0;

async function check(name, test) {
	try {
		await test();
		passed++;
		console.log(`ok ${name}`);
	} catch (error) {
		failed++;
		console.log(`not ok ${name}: ${String(error.message ?? error).split("\n").join(" | ")}`);
	}
}

function ensure(condition, why) {
	if (!condition)
		throw new Error(why);
}

// Serves the pages as the portal does, and remembers what forms send.
function serve(pages, posts) {
	const server = createServer((request, response) => {
		const page = pages.get(decodeURIComponent(request.url.slice(1)));
		let body = "";

		request.on("data", (chunk) => (body += chunk));
		request.on("end", () => {
			if (request.method === "POST")
				posts.push({ path: request.url, form: new URLSearchParams(body) });
			response.writeHead(page || request.method === "POST" ? 200 : 404, {
				"Content-Type": "text/html; charset=utf-8",
				"Content-Security-Policy": CSP(page?.nonce),
			});
			response.end(page?.html ?? "");
		});
	});
	return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function readPages() {
	const pages = new Map();

	for (const file of readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
		const bytes = readFileSync(`${folder}/${file}`);
		const [name, lang] = file.split(".");
		const html = bytes.toString("utf8");
		const nonce = html.match(/<style nonce="([0-9a-f]+)">/)?.[1];

		pages.set(file, { file, name, lang, html, nonce, size: bytes.length });
	}
	return pages;
}

function checkText(page) {
	ensure(page.size <= SIZE_MAX, `${page.size} bytes, expected at most ${SIZE_MAX}`);
	ensure(page.html.includes(SAFETY[page.lang]), "the safety sentence is missing");
	ensure(page.html === page.html.normalize("NFC"), "not NFC");
	for (const pattern of NOT_ALLOWED) {
		const hit = page.html.match(pattern);
		ensure(!hit, `holds ${hit?.[0]}`);
	}
}

// One tab without any help for the tester: what it reports is what a visitor gets.
async function checkPolicy(browser, url) {
	const context = await browser.newContext();
	const tab = await context.newPage();
	const complaints = [];
	const asked = [];

	tab.on("console", (message) => complaints.push(message.text()));
	tab.on("pageerror", (error) => complaints.push(error.message));
	tab.on("request", (request) => asked.push(request.url()));
	await tab.goto(url);
	const background = await tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const cookies = await context.cookies();
	await context.close();
	ensure(complaints.length === 0, complaints.join("; "));
	ensure(background !== "rgba(0, 0, 0, 0)", "the style was not applied");
	ensure(cookies.length === 0, "sets a cookie");
	const foreign = asked.filter((address) => address !== url && !address.startsWith("data:"));
	ensure(foreign.length === 0, `asks for ${foreign.join(", ")}`);
}

async function checkAxe(tab) {
	await tab.evaluate(axe);
	const { violations, passes } = await tab.evaluate(
		(tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
	ensure(passes.length > 10, "axe looked at nothing");
	ensure(violations.length === 0, violations.map((violation) =>
		`${violation.id} at ${violation.nodes.map((node) => node.target).join(", ")}`).join("; "));
}

async function checkNarrow(tab) {
	const wide = () => tab.evaluate(() => document.documentElement.scrollWidth);

	for (const percent of [100, 200]) {
		await tab.evaluate((size) => {
			document.documentElement.style.fontSize = `${size}%`;
			document.querySelector("details").open = true;
		}, percent);
		const width = await wide();
		ensure(width <= 320, `${width} px wide at 320 px with ${percent}% text`);
		const cut = await tab.evaluate(() => [...document.querySelectorAll("p, dd, h1, h2, label, button, a, legend")]
			.filter((element) => element.getBoundingClientRect().right > 321)
			.map((element) => element.textContent.trim()));
		ensure(cut.length === 0, `cut off at ${percent}% text: ${cut.join("; ")}`);
	}
	await tab.evaluate(() => {
		document.documentElement.style.fontSize = "";
		document.querySelector("details").open = false;
	});
}

async function checkTargets(tab) {
	const small = await tab.evaluate((least) =>
		[...document.querySelectorAll("a, button, label, summary")]
			.map((element) => [element.textContent.trim(), element.getBoundingClientRect()])
			.filter(([, box]) => box.width < least || box.height < least)
			.map(([text, box]) => `${text} ${box.width}x${box.height}`), TARGET_MIN);
	ensure(small.length === 0, small.join("; "));
}

async function checkShape(tab) {
	const shape = await tab.evaluate(() => ({
		h1: document.querySelectorAll("h1").length,
		main: document.querySelectorAll("main").length,
		lang: document.documentElement.lang,
		current: document.querySelectorAll("nav [aria-current]").length,
		unlabelled: document.querySelectorAll("fieldset:not(:has(> legend))").length,
		zoom: document.querySelector("meta[name=viewport]").content.includes("maximum-scale"),
		forms: [...document.forms].map((form) => form.getAttribute("action")),
	}));
	ensure(shape.h1 === 1, `${shape.h1} h1`);
	ensure(shape.main === 1, `${shape.main} main`);
	ensure(shape.current === 1, `${shape.current} languages are current`);
	ensure(shape.unlabelled === 0, "a fieldset has no legend");
	ensure(!shape.zoom, "zooming is limited");
	ensure(shape.forms.length <= 1, `forms ${shape.forms.join(", ")}`);
	return shape;
}

// Someone without a mouse: Tab to the first option, Space, Tab to the button, Enter.
async function focusOn(tab, selector) {
	for (let presses = 0; presses < 20; presses++) {
		if (await tab.evaluate((wanted) => document.activeElement.matches(wanted), selector)) {
			const width = await tab.evaluate(() => {
				const element = document.activeElement;
				const ring = element.closest("label") ?? element;
				const style = getComputedStyle(ring);
				return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
			});
			ensure(width >= 2, `the focus on ${selector} cannot be seen`);
			return;
		}
		await tab.keyboard.press("Tab");
	}
	throw new Error(`the keyboard does not reach ${selector}`);
}

async function checkKeyboard(browser, url, posts) {
	const context = await browser.newContext({ viewport: { width: 320, height: 480 } });
	const tab = await context.newPage();
	const path = (posts.length = 0, await tab.goto(url),
		await tab.evaluate(() => document.forms[0]?.getAttribute("action")));

	try {
		if (path === "/answer") {
			await focusOn(tab, "button[type=submit]");
			await tab.keyboard.press("Enter");
			ensure(posts.length === 0, "an answer without a choice is sent");
			await focusOn(tab, "input[name=choice]");
			await tab.keyboard.press("Space");
		}
		await focusOn(tab, "button[type=submit]");
		await Promise.all([
			tab.waitForResponse((response) => response.request().method() === "POST"),
			tab.keyboard.press("Enter"),
		]);
	} finally {
		await context.close();
	}
	ensure(posts.length === 1 && posts[0].path === path, `sent ${JSON.stringify(posts)}`);
	const names = [...posts[0].form.keys()].join(",");
	ensure(names === (path === "/answer" ? "token,choice" : "token"), `sent ${names}`);
	ensure(/^[0-9a-f]{32}$/.test(posts[0].form.get("token")), "the token is not sent as it was");
	if (path === "/answer")
		ensure(/^[a-d]$/.test(posts[0].form.get("choice")), `chose ${posts[0].form.get("choice")}`);
}

async function checkForcedColors(tab) {
	await tab.emulateMedia({ forcedColors: "active" });
	const bare = await tab.evaluate(() => [...document.querySelectorAll("label, button, .button")]
		.filter((element) => getComputedStyle(element).borderTopStyle === "none").length);
	await tab.emulateMedia({ forcedColors: "none" });
	ensure(bare === 0, `${bare} controls without an edge`);
}

async function checkStill(browser, url) {
	const moving = {};

	for (const reducedMotion of ["reduce", "no-preference"]) {
		const context = await browser.newContext({ reducedMotion });
		const tab = await context.newPage();

		await tab.goto(url);
		moving[reducedMotion] = await tab.evaluate(() => document.getAnimations().length);
		await context.close();
	}
	ensure(moving.reduce === 0, "moves for someone who asked for less motion");
	ensure(moving["no-preference"] > 0, "the gate does not open");
}

async function shoot(tab, page, scheme) {
	for (const [width, height] of SCREENS) {
		await tab.setViewportSize({ width, height });
		await tab.screenshot({ path: `${shots}${page.name}.${page.lang}.${width}x${height}.${scheme}.png` });
	}
	await tab.setViewportSize({ width: 320, height: 480 });
}

async function checkPage(browser, page, url, posts) {
	const label = `${page.name} ${page.lang}`;
	const context = await browser.newContext({
		bypassCSP: true, reducedMotion: "reduce", viewport: { width: 320, height: 480 },
	});
	const tab = await context.newPage();

	await tab.goto(url);
	await check(`${label}: size, safety sentence, nothing external`, () => checkText(page));
	await check(`${label}: landmarks and headings`, () => checkShape(tab));
	await check(`${label}: targets of ${TARGET_MIN} px`, () => checkTargets(tab));
	await check(`${label}: 320 px, text at 200%`, () => checkNarrow(tab));
	await check(`${label}: controls have edges in forced colours`, () => checkForcedColors(tab));
	for (const colorScheme of SCHEMES) {
		await tab.emulateMedia({ colorScheme });
		await check(`${label} ${colorScheme}: axe finds nothing`, () => checkAxe(tab));
		await shoot(tab, page, colorScheme);
	}
	await context.close();
	await check(`${label}: no complaint under the policy`, () => checkPolicy(browser, url));
	if (page.html.includes("<form"))
		await check(`${label}: keyboard alone`, () => checkKeyboard(browser, url, posts));
	if (page.name === "online")
		await check(`${label}: the gate opens, and stays still when asked`,
			() => checkStill(browser, url));
}

// Takes pages from the queue until it is empty; a server of its own keeps posts apart.
async function work(browser, pages, queue) {
	const posts = [];
	const server = await serve(pages, posts);
	const base = `http://127.0.0.1:${server.address().port}/`;

	for (let page = queue.shift(); page; page = queue.shift())
		await checkPage(browser, page, base + page.file, posts);
	server.close();
}

async function main() {
	const pages = readPages();
	const queue = [...pages.values()];
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});

	mkdirSync(shots, { recursive: true });
	await check("there are pages to look at", () => ensure(pages.size > 0, `none in ${folder}`));
	try {
		await Promise.all([work(browser, pages, queue), work(browser, pages, queue)]);
	} finally {
		await browser.close();
	}
	console.log(`# ${passed} passed, ${failed} failed`);
	process.exitCode = failed === 0 ? 0 : 1;
}

if (!folder) {
	console.error("usage: node pages.mjs FOLDER");
	process.exitCode = 2;
} else {
	await main();
}
