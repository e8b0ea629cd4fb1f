// Looks at each kind of page with a real browser: axe-core, sizes, the keyboard, the
// Content-Security-Policy, narrow screens and large text; leaves screenshots in shots/.
//   node pages.mjs CONGCHAO CONFIG      the pages are those of "congchao content preview"
import { mkdirSync } from "node:fs";
import { RULES, SAFETY, SIZE_MAX, TARGET_MIN, axe, check, ensure, run, shots } from "./preview.mjs";

const SCHEMES = ["light", "dark"];
const SCREENS = [[320, 480], [600, 450], [900, 572]];
const NOT_ALLOWED = [/<script/i, /\sstyle\s*=/i, /\son[a-z]+\s*=/i, /https?:\/\//i, /@import/i, /url\(/i];

// A page for each layout, by the last part of its address: the first question's, or lesson's.
// What differs from these in a text only, every.mjs looks at.
const KINDS = ["online", "online-offline", "online-shared", "ending", "notice", "later", "offline", "return",
	"pre", "post", "right", "wrong", "retry", "review-right", "last-retry-right", "express", "express-right"];
// With the most bytes of all in its language.
const LONGEST = ["post", "wrong"];

function kindOf(path) {
	return path.split("/").at(-1).replace(/-[a-d]$/, "");
}

async function read(base, lang, name, path) {
	const html = await (await fetch(base + path)).text();

	return { lang, name, path, html, size: Buffer.byteLength(html) };
}

async function pagesOf(base, lang) {
	const index = await (await fetch(`${base}/${lang}/`)).text();
	const paths = [...index.matchAll(/href="(\/[^"]+\/[^"]+)"/g)].map((found) => found[1]);
	const pages = [];

	for (const kind of KINDS)
		pages.push(await read(base, lang, kind, paths.find((one) => kindOf(one) === kind)));
	for (const kind of LONGEST) {
		const all = [];

		for (const path of paths.filter((one) => kindOf(one) === kind))
			all.push(await read(base, lang, `longest-${kind}`, path));
		pages.push(all.sort((a, b) => b.size - a.size)[0]);
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
		current: document.querySelectorAll("header nav [aria-current]").length,
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

async function checkKeyboard(browser, url) {
	const context = await browser.newContext({ viewport: { width: 320, height: 480 } });
	const tab = await context.newPage();
	const posts = [];

	tab.on("request", (request) => {
		if (request.method() === "POST")
			posts.push({ path: new URL(request.url()).pathname, form: new URLSearchParams(request.postData()) });
	});
	await tab.goto(url);
	const { path, token } = await tab.evaluate(() => ({
		path: document.forms[0].getAttribute("action").split("?")[0], token: document.forms[0].elements.token.value,
	}));
	try {
		if (path === "/answer") {
			await focusOn(tab, "button[type=submit]");
			await tab.keyboard.press("Enter");
			ensure(posts.length === 0, "an answer without a choice is sent");
			await focusOn(tab, "input[name=choice]");
			await tab.keyboard.press("Space");
		}
		await focusOn(tab, "button[type=submit]");
		const [response] = await Promise.all([
			tab.waitForNavigation(),
			tab.keyboard.press("Enter"),
		]);
		ensure(response.status() === 200 && tab.url().split("/").length === url.split("/").length ||
			/\/(online|pre|ended\/notice)$/.test(tab.url()), `leads to ${tab.url()}, status ${response.status()}`);
	} finally {
		await context.close();
	}
	ensure(posts.length === 1 && posts[0].path === path, `sent ${JSON.stringify(posts)}`);
	const names = [...posts[0].form.keys()].join(",");
	ensure(names === (path === "/answer" ? "token,choice" : "token"), `sent ${names}`);
	ensure(/^[0-9a-f]{32}$/.test(token) && posts[0].form.get("token") === token, "the token is not sent as it was");
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
	for (const [width, height] of scheme === "light" ? SCREENS : SCREENS.slice(0, 1)) {
		await tab.setViewportSize({ width, height });
		await tab.screenshot({ path: `${shots}${page.name}.${page.lang}.${width}x${height}.${scheme}.png` });
	}
	await tab.setViewportSize({ width: 320, height: 480 });
}

async function checkPage(browser, page, url) {
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
		await check(`${label}: keyboard alone`, () => checkKeyboard(browser, url));
	if (page.name === "online")
		await check(`${label}: the gate opens, and stays still when asked`,
			() => checkStill(browser, url));
}

// Takes pages from the queue until it is empty.
async function work(browser, base, queue) {
	for (let page = queue.shift(); page; page = queue.shift())
		await checkPage(browser, page, base + page.path);
}

await run(async ({ base, browser }) => {
	const queue = [...await pagesOf(base, "vi"), ...await pagesOf(base, "en")];

	mkdirSync(shots, { recursive: true });
	await Promise.all([work(browser, base, queue), work(browser, base, queue)]);
});
