/* Numbers for the eye, in the manner of vi-VN and en-GB. */
#include "collect/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char point[WORDS__MAX] = {',', '.'};
static const char group[WORDS__MAX] = {'.', ','};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
				     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/* The minus that has the width of a plus. */
static const char minus[] = "\xe2\x88\x92";

const char *number_count(enum words_language language, int64_t n, char out[NUMBER_SIZE])
{
	char digits[24];
	size_t length, at = 0;

	snprintf(digits, sizeof(digits), "%" PRIu64, n < 0 ? -(uint64_t)n : (uint64_t)n);
	length = strlen(digits);
	if (n < 0) {
		memcpy(out, minus, sizeof(minus) - 1);
		at = sizeof(minus) - 1;
	}
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out[at++] = group[language];
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* tenths with one decimal, after sign and before unit. */
static const char *decimal(enum words_language language, int64_t tenths, const char *sign,
			   const char *unit, char out[NUMBER_SIZE])
{
	char whole[NUMBER_SIZE];
	int64_t size = tenths < 0 ? -tenths : tenths;

	number_count(language, size / 10, whole);
	snprintf(out, NUMBER_SIZE, "%s%.24s%c%d%s", sign, whole, point[language], (int)(size % 10),
		 unit);
	return out;
}

/* Half away from zero. */
static int64_t divide(int64_t n, int64_t by)
{
	return n < 0 ? -((-n + by / 2) / by) : (n + by / 2) / by;
}

const char *number_share(enum words_language language, int64_t bp, char out[NUMBER_SIZE])
{
	int64_t tenths = divide(bp, 10);

	return decimal(language, tenths, tenths < 0 ? minus : "",
		       language == WORDS_VI ? "\u00a0%" : "%", out);
}

const char *number_points(enum words_language language, int64_t bp, char out[NUMBER_SIZE])
{
	int64_t tenths = divide(bp, 10);

	return decimal(language, tenths, tenths < 0 ? minus : tenths > 0 ? "+" : "", "", out);
}

const char *number_mean7(enum words_language language, int64_t n, char out[NUMBER_SIZE])
{
	return decimal(language, divide(10 * n, 7), "", "", out);
}

const char *number_day(enum words_language language, const char *iso, char out[NUMBER_SIZE])
{
	unsigned y, m, d;

	if (sscanf(iso, "%4u-%2u-%2u", &y, &m, &d) != 3 || m < 1 || m > 12)
		snprintf(out, NUMBER_SIZE, "%.40s", iso);
	else if (language == WORDS_VI)
		snprintf(out, NUMBER_SIZE, "%02u/%02u/%u", d, m, y);
	else
		snprintf(out, NUMBER_SIZE, "%u %s %u", d, months[m - 1], y);
	return out;
}

const char *number_time(enum words_language language, const char *iso, char out[NUMBER_SIZE])
{
	char day[NUMBER_SIZE];

	if (strlen(iso) < 16)
		return number_day(language, iso, out);
	snprintf(out, NUMBER_SIZE, "%.24s %.5s", number_day(language, iso, day), iso + 11);
	return out;
}

const char *number_month(enum words_language language, const char *iso, char out[NUMBER_SIZE])
{
	unsigned y, m;

	if (sscanf(iso, "%4u-%2u", &y, &m) != 2 || m < 1 || m > 12)
		snprintf(out, NUMBER_SIZE, "%.40s", iso);
	else if (language == WORDS_VI)
		snprintf(out, NUMBER_SIZE, "%02u/%u", m, y);
	else
		snprintf(out, NUMBER_SIZE, "%s %u", months[m - 1], y);
	return out;
}
