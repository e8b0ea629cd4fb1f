/* congchao report status --prometheus; see status.h. */
#include "report/status.h"

static void gauge(FILE *out, const char *name, const char *help, int64_t value)
{
	fprintf(out,
		"# HELP congchao_report_%s %s\n# TYPE congchao_report_%s gauge\n"
		"congchao_report_%s %lld\n",
		name, help, name, name, (long long)value);
}

/* A time that there has not been is left out. */
static void moment(FILE *out, const char *name, const char *help, int64_t seconds)
{
	if (seconds > 0)
		gauge(out, name, help, seconds);
}

void status_metrics(const struct status *status, FILE *out)
{
	gauge(out, "enrolled", "1: this gateway has a key of the department.", status->key != NULL);
	if (status->key == NULL)
		return;
	gauge(out, "enabled", "report.enabled.", status->conf->report_enabled);
	gauge(out, "unsent_hours", "Hours that the department has not confirmed.", status->unsent);
	moment(out, "oldest_unsent_timestamp_seconds", "When the first of them began.",
	       status->unsent > 0 ? status->oldest : 0);
	gauge(out, "parked_hours", "Hours that the department has not accepted.", status->parked);
	gauge(out, "failed_rounds", "Rounds that failed, one after the other.", status->failures);
	moment(out, "last_success_timestamp_seconds", "When a round last ended well.",
	       status->success);
	moment(out, "last_attempt_timestamp_seconds", "When a round last began.", status->tried);
}
