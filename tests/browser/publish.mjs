// Looks at what `congchao content publish` has written with a real browser: axe-core, the
// policy, narrow frames, one A4 page each, and the QR code by zbarimg.
//   node publish.mjs FOLDER WIFI      WIFI is what the sign's code has to say
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { chromium } from "playwright-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LANGUAGES = ["vi", "en"];
const A4 = { width: Math.floor(190 * 96 / 25.4), height: Math.floor(277 * 96 / 25.4) };
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [, , folder, wifi] = process.argv;

let failed = 0;

async function check(name, test) {
	try {
		await test();
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

const address = (path) => `file://${folder}/${path}`;
const all = (kind, lang) => readdirSync(`${folder}/${kind}/${lang}`).map((file) => `${kind}/${lang}/${file}`);

async function axeFinds(tab) {
	await tab.evaluate(axe);
	const { violations, passes } = await tab.evaluate(
		(tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags } }), RULES);
	ensure(passes.length > 10, "axe looked at nothing");
	return violations.map((violation) =>
		`${violation.id} at ${violation.nodes.map((node) => node.target).join(", ")}`);
}

async function checkAxe(tab, lang) {
	const pages = [`widget/${lang}/index.html`, `poster/${lang}/CIT-OTP.html`, `card/${lang}/CIT-OTP.html`,
		`sign/${lang}.html`, "index.html"];

	for (const page of pages)
		await check(`publish ${lang} ${page.split("/")[0]}: axe finds nothing`, async () => {
			await tab.goto(address(page));
			await tab.evaluate(() => document.querySelectorAll("details").forEach((one, number) => {
				one.removeAttribute("name");
				one.open = number !== 1;
			}));
			const found = await axeFinds(tab);
			ensure(found.length === 0, found.join("; "));
		});
}

// Nothing may be wider than the page, or cut off by its edge.
async function widest(tab) {
	return tab.evaluate(() => {
		const edge = document.documentElement.clientWidth;
		const cut = [...document.querySelectorAll("h1, h2, h3, p, li, summary, span, strong, a")]
			.filter((one) => !one.closest(".unseen, pre") && one.getBoundingClientRect().right > edge + 1)
			.map((one) => one.textContent.trim());
		return document.documentElement.scrollWidth > edge ? [`${document.documentElement.scrollWidth} px`, ...cut] : cut;
	});
}

async function checkNarrow(tab, lang) {
	const pages = [[`widget/${lang}/index.html`, 300, 200], [`widget/${lang}/index.html`, 900, 200],
		["index.html", 320, 200], [`poster/${lang}/CIT-OTP.html`, 320, 100],
		[`card/${lang}/CIT-OTP.html`, 320, 100], [`sign/${lang}.html`, 320, 100]];

	for (const [page, width, percent] of pages)
		await check(`publish ${lang} ${page.split("/")[0]} fits ${width} px`, async () => {
			await tab.setViewportSize({ width, height: 600 });
			for (const size of new Set([100, percent])) {
				await tab.goto(address(page));
				await tab.evaluate((text) => (document.documentElement.style.fontSize = `${text}%`), size);
				const cut = await widest(tab);
				ensure(cut.length === 0, `text of ${size}%: ${cut.join("; ")}`);
			}
		});
}

// As an agency embeds it, under the strictest policy that lets the page have its own style.
async function checkEmbedded(browser, lang) {
	const page = readFileSync(`${folder}/widget/${lang}/index.html`, "utf8");
	const style = page.match(/<style>([^]*?)<\/style>/)[1];
	const hash = createHash("sha256").update(style).digest("base64");
	const line = readFileSync(`${folder}/widget/${lang}/embed.html`, "utf8").replace(/src="[^"]*"/, 'src="/tip"');
	const server = createServer((request, response) => {
		const tip = request.url === "/tip";

		response.writeHead(200, { "Content-Type": "text/html; charset=utf-8",
			...(tip && { "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${hash}'` }) });
		response.end(tip ? page : `<!doctype html><title>portal</title>${line}`);
	});
	const context = await browser.newContext({ viewport: { width: 600, height: 800 } });
	const tab = await context.newPage();
	const asked = [];
	const complaints = [];

	await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
	tab.on("request", (request) => asked.push(new URL(request.url()).pathname));
	// The sandbox forbids what this tester puts in to look; the page itself has no script.
	tab.on("console", (message) => message.text().startsWith("Blocked script execution") ||
		complaints.push(message.text()));
	try {
		await tab.goto(`http://127.0.0.1:${server.address().port}/`);
		const tip = tab.frameLocator("iframe");
		const options = tip.locator("details");
		ensure(await tip.locator("h1").evaluate((one) => getComputedStyle(one).fontWeight) === "700", "no style");
		ensure(await options.count() >= 3, "no options");
		await options.first().locator("summary").click();
		ensure(await options.first().locator("div").isVisible(), "an option does not open");
		await options.nth(1).locator("summary").click();
		ensure(!await options.first().locator("div").isVisible(), "the first option stays open");
		const small = await tip.locator("summary").evaluateAll((those) =>
			those.filter((one) => one.getBoundingClientRect().height < 44).length);
		ensure(small === 0, `${small} options are lower than 44 px`);
		const others = asked.filter((path) => !["/", "/tip", "/favicon.ico"].includes(path));
		ensure(others.length === 0, `asks for ${others.join(", ")}`);
		ensure((await context.cookies()).length === 0, "sets a cookie");
		ensure(complaints.length === 0, complaints.join("; "));
	} finally {
		await context.close();
		server.close();
	}
}

// Every sheet, measured as it is laid out for the printer.
async function checkSheets(tab, kind, lang) {
	await tab.setViewportSize(A4);
	await tab.emulateMedia({ media: "print" });
	const over = [];
	for (const path of kind === "sign" ? [`sign/${lang}.html`] : all(kind, lang)) {
		await tab.goto(address(path));
		const most = await tab.evaluate(() => Math.max(...[...document.querySelectorAll(".pillars, .sheet")]
			.map((one) => Math.max(one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth))));
		if (most > 1)
			over.push(`${path} by ${most} px`);
	}
	await tab.emulateMedia({ media: null });
	ensure(over.length === 0, `does not fit: ${over.join(", ")}`);
}

async function checkPrinted(tab, path) {
	await tab.goto(address(path));
	const pdf = (await tab.pdf({ preferCSSPageSize: true })).toString("latin1");
	const pages = pdf.match(/\/Type\s*\/Page\b(?!s)/g)?.length;
	const box = pdf.match(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/)?.slice(1).map(Math.round).join("x");
	ensure(pages === 1, `${pages} pages`);
	ensure(box === "595x842" || box === "595x841" || box === "594x841", `${box} points`);
}

async function checkCode(tab, lang) {
	const scratch = mkdtempSync(`${tmpdir()}/sign-`);

	try {
		for (const filter of ["none", "grayscale(1)"]) {
			await tab.setViewportSize({ width: 900, height: 1200 });
			await tab.goto(address(`sign/${lang}.html`));
			await tab.evaluate((value) => (document.body.style.filter = value), filter);
			await tab.locator("section").first().screenshot({ path: `${scratch}/sign.png` });
			const said = execFileSync("zbarimg", ["-q", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable",
				`${scratch}/sign.png`], { encoding: "utf8" }).trim();
			ensure(said === wifi, `says ${said}, expected ${wifi}`);
		}
	} finally {
		rmSync(scratch, { recursive: true });
	}
}

const has = (program) => process.env.PATH.split(":").some((one) => existsSync(`${one}/${program}`));

async function main() {
	const browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync"],
	});
	// The pages' own policy forbids what axe and the measures put in.
	const tab = await (await browser.newContext({ bypassCSP: true })).newPage();

	for (const lang of LANGUAGES) {
		await checkAxe(tab, lang);
		await checkNarrow(tab, lang);
		await check(`publish ${lang}: the tip works in a sandboxed frame under a strict policy`,
			() => checkEmbedded(browser, lang));
		for (const kind of ["poster", "card", "sign"]) {
			const path = kind === "sign" ? `sign/${lang}.html` : `${kind}/${lang}/CIT-QR.html`;

			await check(`publish ${lang}: every ${kind} fits its sheet`, () => checkSheets(tab, kind, lang));
			await check(`publish ${lang}: a ${kind} is one A4 page`, () => checkPrinted(tab, path));
		}
		if (has("zbarimg"))
			await check(`publish ${lang}: the code can be read, in grey too`, () => checkCode(tab, lang));
		else
			console.log(`skip publish ${lang} the code can be read: no zbarimg here`);
	}
	await browser.close();
	process.exitCode = failed === 0 ? 0 : 1;
}

await main();
