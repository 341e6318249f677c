/* A disk that fails, or a process that dies, at one chosen call. Loaded with LD_PRELOAD.
 *
 * Calls on paths and descriptors under one folder are numbered from 1 and written to a log. At the chosen number:
 *
 *   fail:ERRNO        this call fails
 *   fail-from:ERRNO   this call and every later one fails, as on a disk that stays full
 *   short             a write takes one byte
 *   stall:MILLIS      the process sleeps once the call is done
 *   kill-before       SIGKILL instead of the call
 *   kill-after        SIGKILL once the call is done
 *
 * and, from the start, whatever the number:
 *
 *   random:ERRNO      getrandom fails; the devices stay
 *   no-random:ERRNO   getrandom fails, and so does opening a random device
 *
 * Everything here goes to the kernel directly, so that no call of its own is counted.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum action { NOTHING, FAIL, FAIL_FROM, SHORT, STALL, KILL_BEFORE, KILL_AFTER, RANDOM, NO_RANDOM };

static char folder[PATH_MAX];
static int log_descriptor = -1;
static long chosen;
static enum action action;
static int argument;
static atomic_long calls;
static atomic_int armed;

static enum action action_named(const char *name)
{
    static const struct { const char *name; enum action action; } names[] = {
        {"fail:", FAIL}, {"fail-from:", FAIL_FROM}, {"short", SHORT}, {"stall:", STALL},
        {"kill-before", KILL_BEFORE}, {"kill-after", KILL_AFTER}, {"random:", RANDOM}, {"no-random:", NO_RANDOM},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i].name);
        if (strncmp(name, names[i].name, length) == 0) {
            argument = atoi(name + length);
            return names[i].action;
        }
    }
    return NOTHING;
}

/* Start to count, with an absolute folder and a log outside of it. */
void faulty_disk_arm(const char *at, const char *log, long call, const char *name)
{
    snprintf(folder, sizeof folder, "%s", at);
    log_descriptor = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    chosen = call;
    action = action_named(name);
    atomic_store(&calls, 0);
    atomic_store(&armed, 1);
}

__attribute__((constructor)) static void arm_from_environment(void)
{
    const char *at = getenv("FAULTY_DISK_FOLDER"), *log = getenv("FAULTY_DISK_LOG");
    const char *call = getenv("FAULTY_DISK_CALL"), *name = getenv("FAULTY_DISK_ACTION");
    if (at && log && call && name)
        faulty_disk_arm(at, log, atol(call), name);
}

static int inside(const char *path)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static const char *path_of(int descriptor, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return path;
}

static const char *path_at(int directory, const char *name, char *path)
{
    if (name[0] == '/') {
        snprintf(path, PATH_MAX, "%s", name);
        return path;
    }
    char base[PATH_MAX];
    if (directory == AT_FDCWD)
        base[syscall(SYS_getcwd, base, sizeof base) < 0 ? 0 : strlen(base)] = '\0';
    else
        path_of(directory, base);
    if (snprintf(path, PATH_MAX, "%s/%s", base, name) >= PATH_MAX)
        path[0] = '\0';
    return path;
}

static void die(void)
{
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;)
        pause();
}

/* Count one call on `first` (and `second`), log it, and say what becomes of it. */
static enum action meet(const char *call, const char *first, const char *second)
{
    int before = errno;
    if (!atomic_load(&armed) || !(inside(first) || (second && inside(second))))
        return NOTHING;
    long number = atomic_fetch_add(&calls, 1) + 1;
    char line[3 * PATH_MAX];
    int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\n", number, call, first, second ? second : "");
    syscall(SYS_write, log_descriptor, line, (size_t)length);
    errno = before;
    if (number == chosen && action == KILL_BEFORE)
        die();
    if (action == FAIL_FROM && number >= chosen)
        return FAIL;
    return number == chosen ? action : NOTHING;
}

static enum action meet_descriptor(const char *call, int descriptor)
{
    char path[PATH_MAX];
    return atomic_load(&armed) ? meet(call, path_of(descriptor, path), NULL) : NOTHING;
}

/* The real function `name`, of the type of the one that stands in for it. */
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ACT(expression)                                                                                                \
    do {                                                                                                               \
        if (met == FAIL)                                                                                               \
            return errno = argument, -1;                                                                                  \
        __typeof__(expression) result = (expression);                                                                  \
        if (met == KILL_AFTER)                                                                                         \
            die();                                                                                                     \
        if (met == STALL)                                                                                              \
            usleep((unsigned)argument * 1000);                                                                         \
        return result;                                                                                                 \
    } while (0)

static int without_device(const char *path)
{
    return atomic_load(&armed) && action == NO_RANDOM &&
           (strcmp(path, "/dev/urandom") == 0 || strcmp(path, "/dev/random") == 0);
}

static int do_open(int directory, const char *path, int flags, mode_t mode)
{
    char full[PATH_MAX];
    if (without_device(path))
        return errno = ENOENT, -1;
    enum action met = meet("open", path_at(directory, path, full), NULL);
    ACT((int)syscall(SYS_openat, directory, path, flags, mode));
}

#define OPEN(name, directory_parameter, directory)                                                                     \
    int name(directory_parameter const char *path, int flags, ...)                                                     \
    {                                                                                                                  \
        va_list more;                                                                                                  \
        va_start(more, flags);                                                                                         \
        mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;                                      \
        va_end(more);                                                                                                  \
        return do_open(directory, path, flags, mode);                                                                  \
    }
#define COMMA ,
OPEN(open, , AT_FDCWD)
OPEN(open64, , AT_FDCWD)
OPEN(openat, int directory COMMA, directory)
OPEN(openat64, int directory COMMA, directory)

#define SHORTER(met, size) ((met) == SHORT && (size) > 1 ? 1 : (size))

ssize_t write(int descriptor, const void *data, size_t size)
{
    enum action met = meet_descriptor("write", descriptor);
    ACT(REAL(write)(descriptor, data, SHORTER(met, size)));
}

ssize_t pwrite(int descriptor, const void *data, size_t size, off_t offset)
{
    enum action met = meet_descriptor("pwrite", descriptor);
    ACT(REAL(pwrite)(descriptor, data, SHORTER(met, size), offset));
}

ssize_t pwrite64(int descriptor, const void *data, size_t size, off64_t offset)
{
    enum action met = meet_descriptor("pwrite", descriptor);
    ACT(REAL(pwrite64)(descriptor, data, SHORTER(met, size), offset));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count)
{
    enum action met = meet_descriptor("writev", descriptor);
    if (met == SHORT && count > 0)
        return REAL(write)(descriptor, parts[0].iov_base, SHORTER(met, parts[0].iov_len));
    ACT(REAL(writev)(descriptor, parts, count));
}

int fsync(int descriptor)
{
    enum action met = meet_descriptor("fsync", descriptor);
    ACT(REAL(fsync)(descriptor));
}

int fdatasync(int descriptor)
{
    enum action met = meet_descriptor("fdatasync", descriptor);
    ACT(REAL(fdatasync)(descriptor));
}

int ftruncate(int descriptor, off_t size)
{
    enum action met = meet_descriptor("ftruncate", descriptor);
    ACT(REAL(ftruncate)(descriptor, size));
}

int ftruncate64(int descriptor, off64_t size)
{
    enum action met = meet_descriptor("ftruncate", descriptor);
    ACT(REAL(ftruncate64)(descriptor, size));
}

int close(int descriptor)
{
    enum action met = meet_descriptor("close", descriptor);
    int closed = REAL(close)(descriptor); /* Linux has closed it, even where it says that it failed */
    ACT(closed);
}

static int do_rename(int from, const char *old, int to, const char *new, unsigned flags)
{
    char one[PATH_MAX], two[PATH_MAX];
    enum action met = meet("rename", path_at(from, old, one), path_at(to, new, two));
    ACT((int)syscall(SYS_renameat2, from, old, to, new, flags));
}

int rename(const char *old, const char *new) { return do_rename(AT_FDCWD, old, AT_FDCWD, new, 0); }

int renameat(int from, const char *old, int to, const char *new) { return do_rename(from, old, to, new, 0); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
    return do_rename(from, old, to, new, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
    char one[PATH_MAX], two[PATH_MAX];
    enum action met = meet("link", path_at(from, old, one), path_at(to, new, two));
    ACT((int)syscall(SYS_linkat, from, old, to, new, flags));
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

ssize_t getrandom(void *data, size_t size, unsigned flags)
{
    if (atomic_load(&armed) && (action == RANDOM || action == NO_RANDOM))
        return errno = argument, -1;
    return syscall(SYS_getrandom, data, size, flags);
}
