/* What to type on this system to start the gate or to read its log, for error messages. */
#include "ctl/command.h"

#include <unistd.h>

static bool on_openwrt(void)
{
	return access("/etc/openwrt_release", F_OK) == 0;
}

const char *command_to_start(void)
{
	return on_openwrt() ? "/etc/init.d/congchao start" : "systemctl start congchao";
}

const char *command_to_read_log(void)
{
	return on_openwrt() ? "logread -e congchao" : "journalctl -u congchao";
}
