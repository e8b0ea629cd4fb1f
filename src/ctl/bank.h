/* A pack loaded for a command to which its warnings are no news. */
#ifndef CTL_BANK_H
#define CTL_BANK_H

#include "common/lesson.h"
#include "common/report.h"

/*
 * As lesson_load, in language and in besides (which may be the same), but says nothing
 * unless the pack cannot be loaded; then all.
 */
struct lesson_bank *bank_load(const char *content, const char *language, const char *besides,
			      struct report *report);

#endif
