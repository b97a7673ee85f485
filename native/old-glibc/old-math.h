/* Put in front of every source of better-sqlite3 (gcc -include). glibc 2.29 gave these functions a second version that
 * differs only in how errors are reported; a linker takes the newest, and the result would not load with glibc 2.28. */
__asm__(".symver log, log@GLIBC_2.2.5");
__asm__(".symver log2, log2@GLIBC_2.2.5");
__asm__(".symver exp, exp@GLIBC_2.2.5");
__asm__(".symver pow, pow@GLIBC_2.2.5");
