/*
 * congchao: the operator's program. It asks portal and reads the database; of what runs it
 * never changes anything by itself: release, revoke and end ask portal, setup writes files.
 */
#include "common/log.h"
#include "ctl/command.h"

int main(int argc, char **argv)
{
	log_init("congchao", false);
	return command_main(argc, argv);
}
