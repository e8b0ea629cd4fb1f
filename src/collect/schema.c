/* The schema inside the program: what is installed is what it was built with. */
#include "collect/schema.h"

/* SCHEMA_FILE is the Makefile's. In the section of constants, as `const char schema_sql[]`. */
__asm__(".section .rodata\n"
	".global schema_sql\n"
	"schema_sql:\n"
	".incbin \"" SCHEMA_FILE "\"\n"
	".byte 0\n"
	".previous\n");
