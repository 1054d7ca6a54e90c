/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the fuzzers share: an input as a string of just its size, a check that ends
 * the run, and what is true of every refusal.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/error.h"
#include "src/printable.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define CHECK(claim)                                                                               \
	do {                                                                                       \
		if (!(claim)) {                                                                    \
			fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #claim);      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* To be freed. Bytes behind a NUL are dropped, so that the string ends where its memory does. */
static inline char *fuzz_string(const uint8_t *data, size_t size)
{
	size_t len = size ? strnlen((const char *)data, size) : 0;
	char *text = malloc(len + 1);

	CHECK(text != NULL);
	if (len > 0)
		memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

/* A refusal says something, in one line that may reach a terminal. */
static inline void check_error(const struct crane_error *err)
{
	CHECK(memchr(err->text, '\0', sizeof(err->text)) != NULL);
	CHECK(err->text[0] != '\0');
	CHECK(crane_printable_span(err->text) == strlen(err->text));
}

#endif /* TESTS_FUZZ_FUZZ_H */
