/** Headers of the C library. Those that the compiler brings itself, such as `stdint.h`, are not among them. */
const headers: ReadonlySet<string> = new Set(
  (
    "alloca assert complex ctype dirent dlfcn err errno fcntl fenv fnmatch getopt glob iconv inttypes langinfo libgen " +
    "locale malloc math memory monetary netdb poll pthread regex sched search semaphore setjmp signal stdio stdio_ext " +
    "stdlib string strings sysexits syslog tgmath threads time uchar unistd utime utmp values wchar wctype"
  ).split(" "),
);

/** Whether a header is part of the C library, by the name that it is included with: `stdio.h`, `sys/stat.h`. */
export function isLibraryHeader(name: string): boolean {
  return headers.has(name.replace(/\.h$/, "")) || /^(?:arpa|netinet|sys|wasi|bits)\/\w+\.h$/.test(name);
}
