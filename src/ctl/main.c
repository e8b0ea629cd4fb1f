/*
 * congchao: the operator's program. It asks portal and reads the database; it never
 * changes anything by itself: release, revoke and end ask portal.
 */
#include "common/log.h"
#include "ctl/command.h"

int main(int argc, char **argv)
{
	log_init("congchao", false);
	return command_main(argc, argv);
}
