// System calls that Node has no function for. Each exits with 0 if it succeeded; otherwise it says why not.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <mqueue.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static int fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

static int done(long result, const char *what) { return result >= 0 ? 0 : fail(what); }

static int child(void *unused) {
  (void)unused;
  return 0;
}

static char stack[65536];

static int in_child(long (*work)(void)) {
  pid_t id = fork();
  if (id == 0) _exit(work() >= 0 ? 0 : errno == 0 ? 1 : errno);
  int status = 0;
  if (id < 0 || waitpid(id, &status, 0) < 0) return fail("fork");
  if (WIFSIGNALED(status)) {
    fprintf(stderr, "signal %d\n", WTERMSIG(status));
    return 1;
  }
  errno = WEXITSTATUS(status);
  return errno == 0 ? 0 : fail("in a child");
}

static long trace_me(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }
static long x32(void) { return syscall(0x40000000 | 39); }
static long chroot_root(void) { return chroot("/"); }

static long int80(void) {
#ifdef __x86_64__
  long result;
  // getpid by its number for 32 bits.
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory", "r8", "r9", "r10", "r11");
  errno = result < 0 ? (int)-result : 0;
  return result;
#else
  errno = ENOSYS;
  return -1;
#endif
}

static long mount_and_unmount(void) {
  char folder[] = "/tmp/tenon-mount-XXXXXX";
  if (mkdtemp(folder) == NULL) return -1;
  long result = mount("none", folder, "tmpfs", 0, "size=4096");
  int error = errno;
  if (result == 0) umount2(folder, MNT_DETACH);
  rmdir(folder);
  errno = error;
  return result;
}

static int terminal(void) {
  int leader = posix_openpt(O_RDWR | O_NOCTTY);
  if (leader < 0 || grantpt(leader) < 0 || unlockpt(leader) < 0) return fail("openpt");
  setsid();
  int follower = open(ptsname(leader), O_RDWR);
  if (follower < 0) return fail("open");
  ioctl(follower, TIOCSCTTY, 0);
  char typed = 'x';
  return done(ioctl(follower, TIOCSTI, &typed), "TIOCSTI");
}

static int capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return fail("capget");
  errno = EPERM;
  return (data[0].effective | data[1].effective) != 0 ? 0 : fail("no capability");
}

static int handle(const char *path) {
  struct {
    struct file_handle head;
    unsigned char bytes[128];
  } name;
  name.head.handle_bytes = sizeof name.bytes;
  int mount_id;
  if (syscall(SYS_name_to_handle_at, AT_FDCWD, path, &name, &mount_id, 0) < 0) return fail("name_to_handle_at");
  int folder = open("/", O_RDONLY | O_DIRECTORY);
  return done(syscall(SYS_open_by_handle_at, folder, &name, O_RDONLY), "open_by_handle_at");
}

static int queue(const char *name, int create) {
  struct mq_attr attributes = {0, 1, 64, 0, {0}};
  mqd_t opened = create ? mq_open(name, O_CREAT | O_RDWR, 0666, &attributes) : mq_open(name, O_RDONLY);
  return done(opened, "mq_open");
}

int main(int count, char **words) {
  if (count < 2) return 2;
  const char *what = words[1];
  const char *first = count > 2 ? words[2] : "";
  const char *second = count > 3 ? words[3] : "";
  pid_t id = (pid_t)atoi(first);
#define IS(name) if (strcmp(what, name) == 0)
  // Other processes.
  IS("pidfd") return done(syscall(SYS_pidfd_open, id, 0), what);
  IS("ptrace") {
    if (ptrace(PTRACE_ATTACH, id, 0, 0) < 0) return fail(what);
    waitpid(id, NULL, 0);
    ptrace(PTRACE_DETACH, id, 0, 0);
    return 0;
  }
  IS("traceme") return in_child(trace_me);
  IS("process_vm_readv") {
    char here[16];
    struct iovec local = {here, sizeof here}, remote = {(void *)strtoull(second, NULL, 16), sizeof here};
    return done(process_vm_readv(id, &local, 1, &remote, 1, 0), what);
  }
  IS("mem") {
    char path[64], here[16];
    snprintf(path, sizeof path, "/proc/%d/mem", id);
    int file = open(path, O_RDONLY);
    if (file < 0) return fail(path);
    return done(pread(file, here, sizeof here, (off_t)strtoull(second, NULL, 16)), what);
  }
  IS("kcmp") return done(syscall(SYS_kcmp, id, id, 0, 0, 0), what);
  IS("priority") return done(setpriority(PRIO_PROCESS, id, 0), what);
  IS("affinity") {
    cpu_set_t set;
    if (sched_getaffinity(id, sizeof set, &set) < 0) return fail(what);
    return done(sched_setaffinity(id, sizeof set, &set), what);
  }
  IS("prlimit") {
    struct rlimit limit;
    return done(prlimit(id, RLIMIT_NOFILE, NULL, &limit), what);
  }
  // Sockets.
  IS("socket") return done(socket(atoi(first), atoi(second), count > 4 ? atoi(words[4]) : 0), what);
  // Keys.
  IS("add-key") return done(syscall(SYS_add_key, "user", first, "secret", 6, atoi(second)), what);
  IS("search-key") return done(syscall(SYS_keyctl, 10, -4, "user", first, 0), what);
  IS("request-key") return done(syscall(SYS_request_key, "user", first, NULL, 0), what);
  IS("unlink-key") {
    long key = syscall(SYS_keyctl, 10, -4, "user", first, 0);
    return done(syscall(SYS_keyctl, 9, key, -4), what);
  }
  // Rights.
  IS("setuid") return done(setuid(0), what);
  IS("chmod") return done(chmod(first, 04755), what);
  IS("fchmod") {
    int file = open(first, O_RDONLY);
    return done(fchmod(file, 02755), what);
  }
  IS("creat") {
    int file = open(first, O_CREAT | O_WRONLY | O_EXCL, 04755);
    struct stat made;
    if (file < 0 || fstat(file, &made) < 0) return fail(what);
    errno = EPERM;
    return (made.st_mode & 04000) != 0 ? 0 : fail(what);
  }
  IS("chown") return done(chown(first, 12345, 12345), what);
  IS("capabilities") return capabilities();
  // Devices, mounts and namespaces.
  IS("mknod") return done(mknod(first, (atoi(second) == 0 ? S_IFCHR : S_IFBLK) | 0666, 0x0103), what);
  IS("mount") return done(mount_and_unmount(), what);
  IS("unshare") return done(unshare((int)strtol(first, NULL, 0)), what);
  IS("clone") return done(clone(child, stack + sizeof stack, (int)strtol(first, NULL, 0) | SIGCHLD, NULL), what);
  IS("clone3") {
    uint64_t arguments[11] = {strtoull(first, NULL, 0), 0, 0, 0, SIGCHLD};
    long made = syscall(SYS_clone3, arguments, sizeof arguments);
    if (made == 0) _exit(0);
    return done(made, what);
  }
  IS("setns") {
    int file = open(first, O_RDONLY);
    return file < 0 ? fail(first) : done(setns(file, 0), what);
  }
  IS("chroot") return in_child(chroot_root);
  IS("fsopen") return done(syscall(SYS_fsopen, "tmpfs", 0), what);
  IS("open_tree") return done(syscall(SYS_open_tree, AT_FDCWD, "/", 1), what);
  IS("handle") return handle(first);
  IS("fanotify") return done(syscall(SYS_fanotify_init, 0, O_RDONLY), what);
  // The kernel.
  IS("bpf") {
    struct {
      uint32_t type, key, value, entries, flags;
    } map = {2, 4, 4, 1, 0};
    return done(syscall(SYS_bpf, 0, &map, sizeof map), what);
  }
  IS("perf") {
    uint32_t attributes[32] = {1, 128};
    return done(syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0), what);
  }
  IS("userfaultfd") return done(syscall(SYS_userfaultfd, 1), what);
  IS("io_uring") {
    char parameters[256] = {0};
    return done(syscall(SYS_io_uring_setup, 4, parameters), what);
  }
  IS("personality") return done(personality(ADDR_NO_RANDOMIZE), what);
  IS("syslog") return done(syscall(SYS_syslog, 10, NULL, 0), what);
  IS("sethostname") {
    char name[256];
    gethostname(name, sizeof name);
    return done(sethostname(name, strlen(name)), what);
  }
  IS("acct") return done(acct(NULL), what);
  IS("iopl") {
#ifdef __x86_64__
    return done(syscall(SYS_iopl, 0), what);
#endif
  }
  IS("int80") return in_child(int80);
  IS("x32") return in_child(x32);
  // Shared memory and queues.
  IS("shm") return (intptr_t)shmat(id, NULL, SHM_RDONLY) == -1 ? fail(what) : 0;
  IS("shm-make") {
    int made = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
    printf("%d\n", made);
    return done(made, what);
  }
  IS("shm-remove") return done(shmctl(id, IPC_RMID, NULL), what);
  IS("msg") {
    struct msqid_ds state;
    return done(msgctl(id, IPC_STAT, &state), what);
  }
  IS("msg-make") {
    int made = msgget(IPC_PRIVATE, IPC_CREAT | 0666);
    printf("%d\n", made);
    return done(made, what);
  }
  IS("msg-remove") return done(msgctl(id, IPC_RMID, NULL), what);
  IS("mq") return queue(first, 0);
  IS("mq-make") return queue(first, 1);
  IS("mq-remove") return done(mq_unlink(first), what);
  IS("terminal") return terminal();
  IS("wait") return sleep(30) == 0 ? 0 : 1;
  fprintf(stderr, "no attempt %s\n", what);
  return 2;
}
