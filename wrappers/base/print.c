/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wrappers/base/print.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "src/exitstatus.h"
#include "src/printable.h"
#include "wrappers/base/memory.h"

/* Why stdout could not be written, an errno; 0 if all writes succeeded. */
static int lost_reason;

/* A struct, so that a function can read arguments from the list of its caller. */
struct arguments {
	va_list list;
};

/* "%-*.*lu" and the values of the stars. */
struct conversion {
	char flags[8], length[4], letter;
	int width, precision; /* a width that is not given is 0, a precision -1 */
};

static int read_number(const char **at, struct arguments *args)
{
	int n = 0;

	if (**at == '*') {
		(*at)++;
		return va_arg(args->list, int);
	}
	while (**at >= '0' && **at <= '9')
		n = 10 * n + (*(*at)++ - '0');
	return n;
}

static void read_letters(const char **at, const char *letters, char *buf, size_t size)
{
	size_t n = strspn(*at, letters);

	if (n >= size)
		abort();
	memcpy(buf, *at, n);
	buf[n] = '\0';
	*at += n;
}

/* [at] is after the '%'. Returns the text after the conversion. */
static const char *read_conversion(const char *at, struct arguments *args, struct conversion *c)
{
	read_letters(&at, "-+ #0", c->flags, sizeof(c->flags));
	c->width = read_number(&at, args);
	c->precision = -1;
	if (*at == '.') {
		at++;
		c->precision = read_number(&at, args);
	}
	read_letters(&at, "hlzjt", c->length, sizeof(c->length));
	c->letter = *at;
	return at + 1;
}

/* The precision counts bytes of the argument, as it does for printf. */
static void print_string(FILE *to, const struct conversion *c, const char *s)
{
	size_t len = c->precision < 0 ? strlen(s) : strnlen(s, (size_t)c->precision);
	char *text = crane_printable_line(crane_xstrndup(s, len));

	fprintf(to, strchr(c->flags, '-') ? "%-*s" : "%*s", c->width, text);
	free(text);
}

/* These formats are parts of the caller's format, which the compiler has checked. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void print_whole(FILE *to, const struct conversion *c, struct arguments *args)
{
	char fmt[32];

	snprintf(fmt, sizeof(fmt), "%%%s*.*j%c", c->flags, c->letter);
#define PRINT_AS(type, widest)                                                                     \
	fprintf(to, fmt, c->width, c->precision, (widest)va_arg(args->list, type))
	if (c->letter == 'd' || c->letter == 'i') {
		if (strcmp(c->length, "ll") == 0)
			PRINT_AS(long long, intmax_t);
		else if (strcmp(c->length, "j") == 0)
			PRINT_AS(intmax_t, intmax_t);
		else if (strchr("lzt", c->length[0]) && c->length[0])
			PRINT_AS(long, intmax_t);
		else
			PRINT_AS(int, intmax_t);
	} else if (strcmp(c->length, "ll") == 0) {
		PRINT_AS(unsigned long long, uintmax_t);
	} else if (strcmp(c->length, "j") == 0) {
		PRINT_AS(uintmax_t, uintmax_t);
	} else if (strchr("lzt", c->length[0]) && c->length[0]) {
		PRINT_AS(unsigned long, uintmax_t);
	} else {
		PRINT_AS(unsigned, uintmax_t);
	}
#undef PRINT_AS
}

static void print_real(FILE *to, const struct conversion *c, double value)
{
	char fmt[32];

	snprintf(fmt, sizeof(fmt), "%%%s*.*%c", c->flags, c->letter);
	fprintf(to, fmt, c->width, c->precision, value);
}

#pragma GCC diagnostic pop

static void print_argument(FILE *to, const struct conversion *c, struct arguments *args)
{
	switch (c->letter) {
	case 's':
		print_string(to, c, va_arg(args->list, const char *));
		break;
	case 'c': {
		const char s[2] = { (char)va_arg(args->list, int), '\0' };

		print_string(to, c, s);
		break;
	}
	case 'd':
	case 'i':
	case 'o':
	case 'u':
	case 'x':
	case 'X':
		print_whole(to, c, args);
		break;
	case 'e':
	case 'f':
	case 'g':
		print_real(to, c, va_arg(args->list, double));
		break;
	default:
		abort(); /* a mistake in a format of ours */
	}
}

static void print_all(FILE *to, const char *fmt, struct arguments *args)
{
	while (*fmt) {
		size_t plain = strcspn(fmt, "%");
		struct conversion c;

		fwrite(fmt, 1, plain, to);
		fmt += plain;
		if (*fmt == '\0')
			return;
		fmt++;
		if (*fmt == '%') {
			fputc(*fmt++, to);
		} else {
			fmt = read_conversion(fmt, args, &c);
			print_argument(to, &c, args);
		}
	}
}

/* Has to be called while errno is that of the last write. */
static void note_loss(void)
{
	if (lost_reason == 0 && ferror(stdout))
		lost_reason = errno ? errno : EIO;
}

void crane_print_to(FILE *to, const char *fmt, ...)
{
	struct arguments args;

	va_start(args.list, fmt);
	print_all(to, fmt, &args);
	note_loss();
	va_end(args.list);
}

void crane_print(const char *fmt, ...)
{
	struct arguments args;

	va_start(args.list, fmt);
	print_all(stdout, fmt, &args);
	note_loss();
	va_end(args.list);
}

void crane_say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	crane_vsay(fmt, ap);
	va_end(ap);
}

void crane_vsay(const char *fmt, va_list ap)
{
	char *text = crane_xvasprintf(fmt, ap);

	/* One call, so that lines of several programs do not mix. */
	fprintf(stderr, "%s\n", crane_printable_line(text));
	free(text);
}

void crane_print_begin(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* open() takes the lowest free descriptor. The wrong direction makes reads of stdin and writes to stdout fail. */
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY);
	}
}

void crane_print_bytes(FILE *to, const char *text, size_t size)
{
	fwrite(text, 1, size, to);
	note_loss();
}

bool crane_print_flush(void)
{
	errno = 0; /* else an old value would be taken for that of a write */
	fflush(stdout);
	note_loss();
	return lost_reason == 0 || lost_reason == EPIPE;
}

int crane_print_loss(void)
{
	return lost_reason;
}

void crane_print_note_loss(int reason)
{
	if (lost_reason == 0)
		lost_reason = reason;
}

int crane_print_end(int status)
{
	if (crane_print_flush())
		return status;
	crane_say("cannot write to standard output: %s", strerror(lost_reason));
	return status ? status : CRANE_EXIT_SYSTEM;
}
