/*
 * Reads the clocks, the kernel's opinion of the wall clock, and this boot's name, for
 * the store. Must never set a clock.
 */
#include "portal/store_now.h"

#include <fcntl.h>
#include <string.h>
#include <sys/timex.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

/* systemd-timesyncd makes it when it has set the clock. */
#define TIMESYNC_FILE "/run/systemd/timesync/synchronized"

/* A sandbox may refuse the call (ProtectClock): then timesyncd alone vouches. */
static bool now_synchronised(void)
{
	struct timex timex;
	int state;

	memset(&timex, 0, sizeof(timex));
	state = adjtimex(&timex);
	if (state >= 0 && state != TIME_ERROR && (timex.status & STA_UNSYNC) == 0)
		return true;
	return access(TIMESYNC_FILE, F_OK) == 0;
}

void store_now_read(struct store_now *now)
{
	now->boot_ms = clock_boot_ms();
	now->wall_seconds = clock_wall_seconds();
	now->synchronised = now_synchronised();
}

int64_t store_now_boot_ms(void)
{
	return clock_boot_ms();
}

void store_now_boot_id(char out[STORE_BOOT_ID_SIZE])
{
	int fd = open(BOOT_ID_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0) {
		got = read(fd, out, STORE_BOOT_ID_SIZE - 1);
		close(fd);
	}
	if (got != STORE_BOOT_ID_SIZE - 1) {
		/* A reboot then shows only in a CLOCK_BOOTTIME that went back. */
		log_warn("store: cannot read " BOOT_ID_FILE);
		memcpy(out, "unknown", sizeof("unknown"));
		return;
	}
	out[STORE_BOOT_ID_SIZE - 1] = '\0';
}
