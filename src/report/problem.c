/* Keeps the last sentence about what went wrong; see problem.h. */
#include "report/problem.h"

#include <stdarg.h>
#include <stdio.h>

int problem_say(struct problem *problem, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(problem->text, sizeof(problem->text), fmt, ap);
	va_end(ap);
	return -1;
}
