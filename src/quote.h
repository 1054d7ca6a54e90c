/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The length of quotations in error texts, limited so that the text after a quotation is always
 * readable. Use: "'" CRANE_QUOTE_FMT "'" with the arguments CRANE_QUOTE(start, length). error.c
 * cuts the whole text.
 */
#ifndef SRC_QUOTE_H
#define SRC_QUOTE_H

/* Two quotations and the longest text around them are shorter than CRANE_ERROR_TEXT_MAX. */
#define CRANE_QUOTE_MAX 160

#define CRANE_QUOTE_FMT "%.*s%s"
#define CRANE_QUOTE(start, length)                                                                 \
	(int)((length) > CRANE_QUOTE_MAX ? CRANE_QUOTE_MAX : (length)), (start),                   \
		(length) > CRANE_QUOTE_MAX ? "..." : ""

#endif /* SRC_QUOTE_H */
