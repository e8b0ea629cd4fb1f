// Draws above a table what is in it, with Apache ECharts. Everything comes from the table:
// without this script, or when it fails, the table is there.
import { init, registerLocale, use } from "echarts/core";
import { BarChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
import langVI from "echarts/i18n/langVI-obj.js";

use([BarChart, HeatmapChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent,
	VisualMapComponent, SVGRenderer]);
registerLocale("VI", langVI);

const lang = document.documentElement.lang === "en" ? "en" : "vi";
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const numbers = new Intl.NumberFormat(lang === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: 1 });
const INK = "#26211c", SOFT = "#5d5348", LINE = "#ddd3c2";
// Widths are measured before drawing: "inherit" would be measured as another font.
const FONT = getComputedStyle(document.body).fontFamily;
const NARROW = innerWidth < 640; // the legend then takes two lines
const TOP = NARROW ? 64 : 40;
const LEGEND = { top: 0, left: 0, itemGap: NARROW ? 12 : 24, textStyle: { color: INK, fontFamily: FONT, fontSize: 13 } };
// Told apart without colours too: plain, stripes, dots.
const DECALS = [{ color: "rgba(0,0,0,0)" },
	{ color: "rgba(255,255,255,.45)", dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
	{ color: "rgba(255,255,255,.5)", symbol: "circle", symbolSize: .7, dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0] }];
const COLOURS = ["#3a6f8f", "#b5472f", "#8a7a63"];

function columnsOf(table) {
	return [...table.tHead.rows[0].cells].map((cell) => ({ name: cell.dataset.name, label: cell.textContent.trim() }));
}

// name -> { label, values, texts }
function read(table) {
	const columns = columnsOf(table);
	const rows = [...table.tBodies[0].rows];

	return Object.fromEntries(columns.map(({ name, label }, i) => [name, {
		label,
		values: rows.map((row) => Number(row.cells[i].dataset.raw)),
		texts: rows.map((row) => row.cells[i].textContent.trim()),
	}]));
}

const axis = { axisLabel: { color: SOFT, fontFamily: FONT }, axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false },
	splitLine: { lineStyle: { color: LINE } } };
const value = { type: "value", ...axis, axisLabel: { color: SOFT, formatter: (n) => numbers.format(n) } };

function line(table) {
	const { day, acknowledged, acknowledged_7_days: mean, pct_bp: complete } = read(table);

	return {
		legend: LEGEND,
		grid: { left: 8, right: 12, top: TOP, bottom: 4, containLabel: true },
		tooltip: { trigger: "axis", valueFormatter: (n) => numbers.format(n) },
		xAxis: { type: "category", data: day.texts.map((text) => text.slice(0, -5)), ...axis },
		yAxis: [value, { ...value, max: 100, min: 0, interval: 50, splitLine: { show: false },
			axisLabel: { color: SOFT, formatter: "{value} %" } }],
		series: [
			{ type: "bar", name: acknowledged.label, data: acknowledged.values, barCategoryGap: "30%" },
			{ type: "line", name: mean.label, data: mean.values.map((n) => n / 7), symbol: "none", lineStyle: { width: 3 } },
			{ type: "line", name: complete.label, data: complete.values.map((n) => n / 100), yAxisIndex: 1, symbol: "none",
				lineStyle: { type: "dashed" } },
		],
	};
}

function bar(table) {
	const { name, acknowledged, acknowledged_unflagged: clean } = read(table);
	const reverse = (list) => list.slice(0, 20).reverse();

	return {
		height: 60 + 34 * Math.min(20, name.texts.length),
		legend: LEGEND,
		grid: { left: 8, right: 24, top: TOP, bottom: 4, containLabel: true },
		tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (n) => numbers.format(n) },
		yAxis: { type: "category", data: reverse(name.texts), ...axis, axisLabel: { color: INK, fontFamily: FONT } },
		xAxis: value,
		series: [
			{ type: "bar", name: acknowledged.label, data: reverse(acknowledged.values) },
			{ type: "bar", name: clean.label, data: reverse(clean.values) },
		],
	};
}

// By group, all languages together.
function funnel(table) {
	const data = read(table);
	const groups = [...new Set(data.name.texts)];
	const sums = (name) => groups.map((group) => data[name].values.reduce(
		(sum, n, i) => sum + (data.name.texts[i] === group ? n : 0), 0));

	return {
		height: 280,
		legend: LEGEND,
		grid: { left: 8, right: 12, top: TOP, bottom: 4, containLabel: true },
		tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (n) => numbers.format(n) },
		xAxis: { type: "category", data: groups, ...axis, axisLabel: { color: INK, fontFamily: FONT, interval: 0, width: NARROW ? 72 : 150, lineHeight: 17, overflow: "break" } },
		yAxis: value,
		series: ["shown", "answered", "acknowledged"].map((name) => ({ type: "bar", name: data[name].label, data: sums(name) })),
	};
}

// Days down, hours across: the table has it the other way round, for narrow screens.
function heat(table) {
	const days = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
	const hours = [...table.tBodies[0].rows].map((row) => row.cells[0].textContent.trim().replace(":00", ""));
	const cells = [...table.tBodies[0].rows].flatMap((row, x) => [...row.cells].slice(1).map((cell, y) => [x, y, Number(cell.dataset.raw)]));

	return {
		height: 280,
		grid: { left: 8, right: 8, top: 8, bottom: 44, containLabel: true },
		tooltip: { formatter: ({ value: [x, y, n] }) => `${days[y]}, ${hours[x]}:00: ${numbers.format(n)}` },
		xAxis: { type: "category", data: hours, ...axis },
		yAxis: { type: "category", data: days, inverse: true, ...axis, axisLabel: { color: INK, fontFamily: FONT } },
		visualMap: { min: 0, max: Math.max(1, ...cells.map(([, , n]) => n)), calculable: false, orient: "horizontal", left: "center",
			bottom: 0, textStyle: { color: SOFT }, formatter: (n) => numbers.format(n),
			inRange: { color: ["#f6f2e9", "#bcd9dc", "#8bbdc4", "#4c93a0", "#1f5d6c"] } },
		series: [{ type: "heatmap", data: cells, itemStyle: { borderColor: "#fff", borderWidth: 1 } }],
	};
}

const kinds = { line, bar, funnel, heat };

function draw(figure) {
	const table = figure.querySelector("table");
	const option = table && kinds[figure.dataset.chart]?.(table);

	if (!option)
		return;
	const { height = 320, ...rest } = option;
	const place = document.createElement("div");
	place.className = "chart";
	place.style.height = `${height}px`;
	figure.insertBefore(place, table.closest(".scroll"));
	const chart = init(place, null, { renderer: "svg", locale: lang === "vi" ? "VI" : "EN" });
	chart.setOption({ color: COLOURS, animation: !calm, textStyle: { fontFamily: FONT, fontSize: 13 },
		aria: { enabled: true, decal: { show: true, decals: DECALS } }, ...rest });
	place.setAttribute("role", "img");
	addEventListener("resize", () => chart.resize());
}

for (const figure of document.querySelectorAll(".figure[data-chart]")) {
	try {
		draw(figure);
	} catch (error) {
		console.error(error);
	}
}
