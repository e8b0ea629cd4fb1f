/*
 * The store on disks that are full, read-only or failing, and where WAL cannot be had.
 * links: portal/store_apply portal/store_book portal/store_clock portal/store_db
 * links: portal/store_lease portal/store_name portal/store_review portal/store_sql
 * links: portal/store_sum portal/store_tick common/conf common/ether
 * links: common/measure common/report
 */
#include "test_store.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

static void fill_and_close(unsigned devices)
{
	struct store *store = world_open_running();
	unsigned i;

	for (i = 0; i < devices; i++)
		assert_true(world_do(store, STORE_ACKNOWLEDGE, i));
	store_close(store);
}

/* SQLite's own calls, refused as a filesystem would refuse them. */
static sqlite3_syscall_ptr vfs_mmap;

static void *no_shared_mmap(void *at, size_t size, int protection, int flags, int fd, off_t from)
{
	void *(*real)(void *, size_t, int, int, int, off_t) =
	    (void *(*)(void *, size_t, int, int, int, off_t))vfs_mmap;

	if ((flags & MAP_SHARED) != 0) {
		errno = ENODEV;
		return MAP_FAILED;
	}
	return real(at, size, protection, flags, fd, from);
}

static void become_jffs2(bool on)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	if (on)
		vfs_mmap = vfs->xGetSystemCall(vfs, "mmap");
	assert_int_equal(
	    vfs->xSetSystemCall(vfs, "mmap", on ? (sqlite3_syscall_ptr)no_shared_mmap : NULL),
	    SQLITE_OK);
}

static void a_filesystem_without_wal_gets_a_rollback_journal(void **state)
{
	struct store *store;
	struct store_status status;
	struct ether mac = world_job(STORE_GRANT, 1).mac;

	(void)state;
	become_jffs2(true);
	store = world_open_running();
	store_status(store, &status);
	assert_true(status.ok);
	assert_true(status.journal);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_true(world_do(store, STORE_REVOKE, 1));
	assert_int_equal(world_files("-wal"), 0);
	assert_false(world_file_has("", &mac));
	assert_false(world_file_has("-journal", &mac));
	/* Another process can read meanwhile. */
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	assert_int_equal(world_lines, 0);
	store_close(store);
	become_jffs2(false);
}

static void a_database_moved_from_wal_to_such_a_filesystem_is_kept(void **state)
{
	struct store *store;
	struct store_status status;

	(void)state;
	fill_and_close(3);
	become_jffs2(true);
	store = world_open_running();
	store_status(store, &status);
	assert_true(status.ok);
	assert_true(status.journal);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 9));
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 4);
	store_close(store);
	become_jffs2(false);
	/* And back again. */
	store = world_open();
	store_status(store, &status);
	assert_false(status.journal);
	store_close(store);
	assert_int_equal(world_counted("acknowledged"), 4);
}

/* A SQLite that knows no shared memory at all answers the wish with another mode. */
static void a_sqlite_without_wal_gets_a_rollback_journal(void **state)
{
	sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
	struct store *store;
	struct store_status status;

	(void)state;
	assert_int_equal(sqlite3_vfs_register(sqlite3_vfs_find("unix-dotfile"), 1), SQLITE_OK);
	store = world_open_running();
	store_status(store, &status);
	assert_true(status.ok);
	assert_true(status.journal);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_int_equal(world_files("-wal"), 0);
	assert_int_equal(world_files("-journal"), 1);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 1);
	store_close(store);
	assert_int_equal(sqlite3_vfs_register(usual, 1), SQLITE_OK);
}

/* With a journal, a COMMIT needs the file alone: SQLite leaves the transaction open. */
static void a_reader_in_the_way_of_the_journal_fails_one_batch(void **state)
{
	struct store *store;
	sqlite3 *reader = NULL;

	(void)state;
	become_jffs2(true);
	store = world_open_running();
	assert_int_equal(sqlite3_open(world_path, &reader), SQLITE_OK);
	assert_int_equal(sqlite3_exec(reader, "BEGIN; SELECT * FROM leases", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 1));
	sqlite3_close(reader);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_counted("acknowledged"), 1);
	store_close(store);
	become_jffs2(false);
}

static bool own_mounts;

/* A filesystem of our own over the folder, in a mount namespace of our own. */
static bool mount_small(const char *options)
{
	if (!own_mounts && (unshare(CLONE_NEWNS) != 0 ||
			    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) != 0))
		return false;
	own_mounts = true;
	return mount("none", world_dir, "tmpfs", 0, options) == 0;
}

/* Fills what is left, but for spare bytes. */
static void fill_disk(size_t spare)
{
	static const char block[1024];
	char path[160];
	off_t size = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/ballast", world_dir);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) == (ssize_t)sizeof(block))
		size += (off_t)sizeof(block);
	assert_int_equal(ftruncate(fd, size > (off_t)spare ? size - (off_t)spare : 0), 0);
	close(fd);
}

static void empty_disk(void)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/ballast", world_dir);
	assert_int_equal(unlink(path), 0);
}

static void a_full_disk_stores_nothing_and_recovers(void **state)
{
	struct store *store;
	struct store_status status;
	int64_t stored = 0;
	unsigned i;

	(void)state;
	if (!mount_small("size=1m,mode=700"))
		skip();
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 0));
	fill_disk(0);
	for (i = 1; i <= 200; i++)
		stored += world_do(store, STORE_ACKNOWLEDGE, i);
	assert_true(stored < 200);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 200));
	store_status(store, &status);
	assert_false(status.ok);
	assert_true(status.failures > 0);
	assert_int_equal(world_lines, 1);
	assert_non_null(strstr(world_line, "full"));
	empty_disk();
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 300));
	assert_int_equal(world_lines, 2);
	assert_non_null(strstr(world_line, "writing again"));
	assert_int_equal(world_counted("acknowledged"), stored + 2);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), stored + 2);
	assert_int_equal(world_owed(), stored + 2);
	store_close(store);
	assert_int_equal(umount(world_dir), 0);
}

static void who_was_released_is_so_after_a_restart_on_a_full_disk(void **state)
{
	struct store *store;
	struct store_lease lease;

	(void)state;
	if (!mount_small("size=1m,mode=700"))
		skip();
	fill_and_close(1);
	fill_disk(0);
	world_boot("boot-two", 5000, WORLD_WALL + 60);
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 1);
	assert_int_equal(lease.seconds_left, WORLD_HOUR);
	assert_int_equal(store_start(store), 0);
	world_pass(60);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 2));
	empty_disk();
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_counted("acknowledged"), 2);
	store_close(store);
	assert_int_equal(umount(world_dir), 0);
}

/* A new version on a disk that has no room for it: nothing is lost, releases are replayed. */
static void an_old_schema_on_a_full_disk_is_read_and_migrated_later(void **state)
{
	struct store *store;
	struct store_lease lease;

	(void)state;
	if (!mount_small("size=1m,mode=700"))
		skip();
	world_make_version_1();
	fill_disk(36 * 1024); /* for -shm and a page of the log */
	store = world_open();
	assert_int_equal(store_leases(store, world_keep_lease, &lease), 2);
	store_keys(store, NULL, NULL);
	store_reviews(store, NULL, NULL);
	assert_int_equal(world_lines, 1);
	assert_non_null(strstr(world_line, "full"));
	assert_int_equal(world_ask("PRAGMA user_version"), 1);
	assert_int_equal(store_start(store), 0);
	empty_disk();
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_ask("PRAGMA user_version"), 2);
	assert_int_equal(world_counted("acknowledged"), 11);
	store_close(store);
	assert_int_equal(umount(world_dir), 0);
}

static void a_read_only_disk_stores_nothing_and_recovers(void **state)
{
	struct store *store;

	(void)state;
	if (!mount_small("size=1m,mode=700"))
		skip();
	fill_and_close(1);
	assert_int_equal(mount("none", world_dir, "tmpfs", MS_REMOUNT | MS_RDONLY, NULL), 0);
	store = world_open();
	assert_int_equal(world_lines, 1);
	assert_int_equal(store_start(store), 0);
	world_pass(1);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_lines, 1);
	assert_int_equal(mount("none", world_dir, "tmpfs", MS_REMOUNT, NULL), 0);
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 2));
	assert_int_equal(world_lines, 2);
	assert_int_equal(world_counted("acknowledged"), 2);
	store_close(store);
	assert_int_equal(umount(world_dir), 0);
}

static atomic_int refused_errno;

static ssize_t refusing_pwrite(int fd, const void *from, size_t size, off_t at)
{
	if (refused_errno != 0) {
		errno = refused_errno;
		return -1;
	}
	return pwrite(fd, from, size, at);
}

/* SQLite is built with one of the two. */
static void refuse_writes(sqlite3_syscall_ptr call)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite", call), SQLITE_OK);
	assert_int_equal(vfs->xSetSystemCall(vfs, "pwrite64", call), SQLITE_OK);
}

/* What no mount can do while the file is open: writes fail from one moment to the next. */
static void writes_fail_for_a_while(int error)
{
	struct store *store = world_open_running();

	refuse_writes((sqlite3_syscall_ptr)refusing_pwrite);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	refused_errno = error;
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 2));
	world_pass(1);
	assert_false(world_do(store, STORE_ACKNOWLEDGE, 3));
	assert_int_equal(world_lines, 1);
	refused_errno = 0;
	world_pass(1);
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 4));
	assert_int_equal(world_lines, 2);
	assert_non_null(strstr(world_line, "writing again after 2 failures"));
	assert_int_equal(world_counted("acknowledged"), 2);
	assert_int_equal(world_ask("SELECT count(*) FROM leases"), 2);
	store_close(store);
	refuse_writes(NULL);
}

static void a_disk_that_turns_read_only_stores_nothing_and_recovers(void **state)
{
	(void)state;
	writes_fail_for_a_while(EROFS);
}

static void a_disk_error_stores_nothing_and_recovers(void **state)
{
	(void)state;
	writes_fail_for_a_while(EIO);
}

static mode_t mode_of(const char *ending)
{
	char path[160];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", world_path, ending);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void the_group_may_read_the_database_new_or_old(void **state)
{
	mode_t mask = umask(0077);
	struct store *store = world_open_running();

	(void)state;
	assert_int_equal(mode_of(""), 0600); /* as they were made before there was a reader */
	store_close(store);
	store = world_open_running();
	assert_true(world_do(store, STORE_ACKNOWLEDGE, 1));
	assert_int_equal(mode_of(""), 0640);
	assert_int_equal(mode_of("-wal"), 0640);
	assert_int_equal(mode_of("-shm"), 0640);
	store_close(store);
	umask(mask);
}

static void what_the_operator_has_closed_stays_closed(void **state)
{
	(void)state;
	fill_and_close(1);
	assert_int_equal(chmod(world_path, 0200), 0);
	fill_and_close(1);
	assert_int_equal(mode_of(""), 0200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_set_up, world_tear_down)
	    T(a_filesystem_without_wal_gets_a_rollback_journal),
	    T(a_sqlite_without_wal_gets_a_rollback_journal),
	    T(a_reader_in_the_way_of_the_journal_fails_one_batch),
	    T(a_database_moved_from_wal_to_such_a_filesystem_is_kept),
	    T(the_group_may_read_the_database_new_or_old),
	    T(what_the_operator_has_closed_stays_closed),
	    T(a_full_disk_stores_nothing_and_recovers),
	    T(who_was_released_is_so_after_a_restart_on_a_full_disk),
	    T(an_old_schema_on_a_full_disk_is_read_and_migrated_later),
	    T(a_read_only_disk_stores_nothing_and_recovers),
	    T(a_disk_that_turns_read_only_stores_nothing_and_recovers),
	    T(a_disk_error_stores_nothing_and_recovers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
