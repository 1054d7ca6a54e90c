/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What ceff makes of the measurements of steps: lines of sstat, records of accounting.
 */
#include "config.h"

#include "unit.h"

#include "wrappers/ceff/usage.h"

struct row {
	const char *list;
	double cpu_sec, mem_mib;
};

static const struct row measured[] = {
	{ "cpu=00:00:02,energy=0,fs/disk=48104,mem=2048K,pages=0,vmem=4096K", 2, 2 },
	{ "cpu=1-02:03:04,mem=1.50M", 93784, 1.5 },
	{ "cpu=01:30.250,mem=3G", 90.25, 3072 },
	{ "mem=1048576,cpu=100:00:00", 360000, 1 },
	{ "vmem=5M,mem=0", 0, 0 },
	{ "cpu=", 0, 0 },
};

static void a_line_of_sstat_is_read(void **state)
{
	const struct row *row = *state;
	struct crane_usage usage = { 0 };

	crane_usage_add_measured(&usage, row->list);
	assert_true(usage.is_known);
	assert_true(usage.cpu_sec == row->cpu_sec);
	assert_true(usage.mem_mib == row->mem_mib);
}

static void an_empty_line_measures_nothing(void **state)
{
	struct crane_usage usage = { 0 };

	(void)state;
	crane_usage_add_measured(&usage, "");
	assert_false(usage.is_known);
}

static void cpu_time_of_steps_adds_up_and_the_largest_memory_counts(void **state)
{
	static const struct crane_past_step steps[] = {
		{ .end_time = 9,
		  .used_usec = 1500000,
		  .total_bytes = 4 << 20,
		  .max_bytes = 3 << 20 },
		{ .end_time = 9, .used_usec = 250000, .max_bytes = 3 << 20, .num_tasks = 2 },
		{ .end_time = 0, .used_usec = 9000000, .total_bytes = 9 << 20 }, /* it runs */
	};
	struct crane_usage usage = { 0 };

	(void)state;
	crane_usage_add_past(&usage, steps, 3);
	assert_true(usage.is_known);
	assert_true(usage.cpu_sec == 1.75);
	assert_true(usage.mem_mib == 6);
	crane_usage_add_measured(&usage, "cpu=00:00:01,mem=5M");
	assert_true(usage.cpu_sec == 2.75);
	assert_true(usage.mem_mib == 6);
}

static void steps_without_a_measurement_measure_nothing(void **state)
{
	static const struct crane_past_step step = { .end_time = 9, .num_tasks = 1 };
	struct crane_usage usage = { 0 };

	(void)state;
	crane_usage_add_past(&usage, &step, 1);
	crane_usage_add_past(&usage, NULL, 0);
	assert_false(usage.is_known);
}

int main(void)
{
	static struct unit_list list;

	for (size_t i = 0; i < sizeof(measured) / sizeof(measured[0]); i++)
		unit_add(&list, a_line_of_sstat_is_read, &measured[i], "sstat's '%s' is read",
			 measured[i].list);
	unit_add(&list, an_empty_line_measures_nothing, NULL,
		 "a line of sstat without values measures nothing");
	unit_add(&list, cpu_time_of_steps_adds_up_and_the_largest_memory_counts, NULL,
		 "CPU time of steps adds up, and the largest memory of one step counts");
	unit_add(&list, steps_without_a_measurement_measure_nothing, NULL,
		 "steps whose values are all zero measure nothing");
	return unit_run("usage", &list);
}
