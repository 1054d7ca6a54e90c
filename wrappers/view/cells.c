/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of all kinds as the text of a cell.
 */
#include "config.h"

#include "wrappers/view/cells.h"

#include "wrappers/base/memory.h"
#include "wrappers/base/strings.h"
#include "wrappers/output/date.h"
#include "wrappers/slurm/api.h"

char *crane_cell_text(const char *s)
{
	return crane_xstrdup(s);
}

char *crane_cell_number(uint32_t n)
{
	return crane_xasprintf("%u", n);
}

char *crane_cell_bool(bool b)
{
	return crane_xstrdup(b ? "true" : "false");
}

char *crane_cell_date(time_t when)
{
	char buf[CRANE_DATE_MAX];

	return crane_xstrdup(crane_date_format(when, buf));
}

char *crane_cell_mem(double mib)
{
	return mib >= 0.5 ? crane_xasprintf("%.0fM", mib) : crane_xstrdup("0");
}

char *crane_cell_names(const char *list)
{
	struct crane_strings names = { 0 };
	char *text;

	if (!list[0] || crane_hostlist_expand(list, &names) <= 0)
		text = crane_xstrdup(list);
	else
		text = crane_strings_join(&names, ",");
	crane_strings_clear(&names);
	return text;
}
