/* A simulated serial scanner: opens a pseudo terminal, prints the path a program opens as its serial port, and from then
 * on "scans" whatever it reads on stdin. Ends with stdin. For demonstrations and tests on Linux; no real device. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int fail(const char *what) {
    perror(what);
    return 1;
}

int main(void) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return fail("posix_openpt");
    const char *path = ptsname(master);
    if (path == NULL) return fail("ptsname");

    /* Held open so that the port exists before and between the programs that open it; raw, as a serial line is. */
    int slave = open(path, O_RDWR | O_NOCTTY);
    struct termios line;
    if (slave < 0 || tcgetattr(slave, &line) != 0) return fail(path);
    cfmakeraw(&line);
    if (tcsetattr(slave, TCSANOW, &line) != 0) return fail("tcsetattr");

    printf("%s\n", path);
    fflush(stdout);
    char bytes[1024];
    for (;;) {
        ssize_t count = read(STDIN_FILENO, bytes, sizeof bytes);
        if (count <= 0) return count < 0 ? fail("stdin") : 0;
        for (ssize_t sent = 0; sent < count;) {
            ssize_t step = write(master, bytes + sent, (size_t)(count - sent));
            if (step <= 0) return fail("scan");
            sent += step;
        }
    }
}
