/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The test vectors of the dependency language (doc/reference/dependencies.md), one row each, and the
 * display vectors, for the tests and for make-corpus.
 *
 * Accepted: edges as "type:job+delay" in seconds, "+0" left out, and how many edges each term has.
 * Refused: class, column and the whole text. A note names the decision of
 * doc/decisions.md that a row rests on.
 */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include "src/dependency.h"

struct vector {
	int number;
	const char *input;
	enum crane_dep_logic logic;
	const char *edges; /* NULL: refused */
	const char *terms;
	const char *note;
	enum crane_error_class class;
	unsigned column;
	const char *text;
};

/* clang-format off */
#define ACCEPT(number, input, logic, edges, terms, note) \
	{ number, input, CRANE_DEP_##logic, edges, terms, note, CRANE_E_NONE, 0, NULL }
#define REFUSE(number, input, class, column, text) \
	{ number, input, CRANE_DEP_AND, NULL, NULL, NULL, CRANE_##class, column, text }
/* clang-format on */

/* clang-format off */
static const struct vector vectors[] = {
	ACCEPT(1, "after:100", AND, "after:100", "1", NULL),
	ACCEPT(2, "afterok:100", AND, "afterok:100", "1", NULL),
	ACCEPT(3, "afternotok:100", AND, "afternotok:100", "1", NULL),
	ACCEPT(4, "afterany:100", AND, "afterany:100", "1", NULL),
	ACCEPT(5, "afterok:100:101", AND, "afterok:100 afterok:101", "2", NULL),
	ACCEPT(6, "afterok:100:101:102", AND, "afterok:100 afterok:101 afterok:102", "3", NULL),
	ACCEPT(7, "after:100,afterok:101", AND, "after:100 afterok:101", "1 1", NULL),
	ACCEPT(8, "after:100,afterok:101:102", AND,
	       "after:100 afterok:101 afterok:102", "1 2", NULL),
	ACCEPT(9, "after:1,afterok:2,afternotok:3,afterany:4", AND,
	       "after:1 afterok:2 afternotok:3 afterany:4", "1 1 1 1", NULL),
	ACCEPT(10, "afterok:100?afterok:101", OR, "afterok:100 afterok:101", "1 1", NULL),
	ACCEPT(11, "afterok:100?afternotok:101", OR, "afterok:100 afternotok:101", "1 1", NULL),
	ACCEPT(12, "afterok:100:101?after:102", OR,
	       "afterok:100 afterok:101 after:102", "2 1", "D1: the first term needs both jobs"),
	ACCEPT(13, "after:1?afterok:2?afternotok:3?afterany:4", OR,
	       "after:1 afterok:2 afternotok:3 afterany:4", "1 1 1 1", NULL),
	ACCEPT(14, " afterok:100 ", AND, "afterok:100", "1", NULL),
	ACCEPT(15, "afterok:0100", AND, "afterok:100", "1", NULL),
	ACCEPT(16, "afterok:4294967295", AND, "afterok:4294967295", "1", NULL),
	ACCEPT(17, "afterok:100+30", AND, "afterok:100+1800", "1", NULL),
	ACCEPT(18, "afterok:100+0", AND, "afterok:100", "1", NULL),
	ACCEPT(19, "afterok:100+010", AND, "afterok:100+600", "1", NULL),
	ACCEPT(20, "afterok:100+10s", AND, "afterok:100+10", "1", NULL),
	ACCEPT(21, "afterok:100+10sec", AND, "afterok:100+10", "1", NULL),
	ACCEPT(22, "afterok:100+10second", AND, "afterok:100+10", "1", NULL),
	ACCEPT(23, "afterok:100+10seconds", AND, "afterok:100+10", "1", NULL),
	ACCEPT(24, "afterok:100+10m", AND, "afterok:100+600", "1", NULL),
	ACCEPT(25, "afterok:100+10min", AND, "afterok:100+600", "1", NULL),
	ACCEPT(26, "afterok:100+10minute", AND, "afterok:100+600", "1", NULL),
	ACCEPT(27, "afterok:100+10minutes", AND, "afterok:100+600", "1", NULL),
	ACCEPT(28, "afterok:100+2h", AND, "afterok:100+7200", "1", NULL),
	ACCEPT(29, "afterok:100+2hour", AND, "afterok:100+7200", "1", NULL),
	ACCEPT(30, "afterok:100+2hours", AND, "afterok:100+7200", "1", NULL),
	ACCEPT(31, "afterok:100+1d", AND, "afterok:100+86400", "1", NULL),
	ACCEPT(32, "afterok:100+1day", AND, "afterok:100+86400", "1", NULL),
	ACCEPT(33, "afterok:100+3days", AND, "afterok:100+259200", "1", NULL),
	ACCEPT(34, "afterok:100+1w", AND, "afterok:100+604800", "1", NULL),
	ACCEPT(35, "afterok:100+1week", AND, "afterok:100+604800", "1", NULL),
	ACCEPT(36, "afterok:100+2weeks", AND, "afterok:100+1209600", "1", NULL),
	ACCEPT(37, "afterok:100+10S", AND, "afterok:100+10", "1", NULL),
	ACCEPT(38, "afterok:100+5Min", AND, "afterok:100+300", "1", NULL),
	ACCEPT(39, "afterok:100+1h30m", AND, "afterok:100+5400", "1", NULL),
	ACCEPT(40, "afterok:100+1w2d3h4m5s", AND, "afterok:100+788645", "1", NULL),
	ACCEPT(41, "afterok:100+30s1h", AND, "afterok:100+3630", "1", NULL),
	ACCEPT(42, "afterok:100+1m1m", AND, "afterok:100+120", "1", NULL),
	ACCEPT(43, "after:100+10m,afterok:101+30m", AND,
	       "after:100+600 afterok:101+1800", "1 1", NULL),
	ACCEPT(44, "afterok:100+10:101+20", AND, "afterok:100+600 afterok:101+1200", "2", NULL),
	ACCEPT(45, "afterok:100:101+5", AND, "afterok:100 afterok:101+300", "2", NULL),
	ACCEPT(46, "afterok:100:101+2h?after:102", OR,
	       "afterok:100 afterok:101+7200 after:102", "2 1",
	       "D1, D2: the first term needs both jobs, the delay is that of 101 alone"),
	ACCEPT(47, "afterok:100+01:30:00", AND, "afterok:100+5400", "1", NULL),
	ACCEPT(48, "afterok:100+00:00:01", AND, "afterok:100+1", "1", NULL),
	ACCEPT(49, "after:1+00:00:01", AND, "after:1+1", "1", NULL),
	ACCEPT(50, "after:1+00:00:02", AND, "after:1+2", "1", NULL),
	ACCEPT(51, "afterok:100+24:00:00", AND, "afterok:100+86400", "1", NULL),
	ACCEPT(52, "afterok:100+99:59:59", AND, "afterok:100+359999", "1", NULL),
	ACCEPT(53, "afterok:100+1-01:30:00", AND, "afterok:100+91800", "1", NULL),
	ACCEPT(54, "afterok:100+0-00:00:01", AND, "afterok:100+1", "1", NULL),
	ACCEPT(55, "afterok:100+10-00:00:00", AND, "afterok:100+864000", "1", NULL),
	ACCEPT(56, "afterok:100+1-30:00:00", AND, "afterok:100+194400", "1", NULL),
	ACCEPT(57, "afterok:100+01:30:00:101", AND, "afterok:100+5400 afterok:101", "2", NULL),
	ACCEPT(58, "afterok:100+01:30:00:101+00:10:00", AND,
	       "afterok:100+5400 afterok:101+600", "2", NULL),
	ACCEPT(59, "afterok:100+1-00:00:00:101", AND, "afterok:100+86400 afterok:101", "2", NULL),
	ACCEPT(60, "afterok:100+01:30:00,after:101", AND,
	       "afterok:100+5400 after:101", "1 1", NULL),
	ACCEPT(61, "afterok:100+01:30:00?after:101+10s", OR,
	       "afterok:100+5400 after:101+10", "1 1", NULL),
	ACCEPT(62, "afterok:100+10:20:30", AND, "afterok:100+37230", "1", NULL),
	ACCEPT(63, "afterok:100+10:20:300", AND,
	       "afterok:100+600 afterok:20 afterok:300", "3", NULL),
	ACCEPT(64, "afterok:100+10:20:99", AND, "afterok:100+600 afterok:20 afterok:99", "3", NULL),
	ACCEPT(65, "afterok:100+10m:20:30", AND,
	       "afterok:100+600 afterok:20 afterok:30", "3", NULL),
	ACCEPT(66, "afterok:100+10:201:302", AND,
	       "afterok:100+600 afterok:201 afterok:302", "3", NULL),
	REFUSE(67, "afterok:100+1:30:00", E_JOBID, 18,
	       "invalid job ID '00' in dependency: strconv.ParseUint: parsing \"00\": "
	       "value out of range"),
	ACCEPT(68, "afterok:100+01:30", AND, "afterok:100+60 afterok:30", "2", NULL),
	REFUSE(69, "afterok:100+01:75:00", E_JOBID, 19,
	       "invalid job ID '00' in dependency: strconv.ParseUint: parsing \"00\": "
	       "value out of range"),
	ACCEPT(70, "afterok:100+123:45:50", AND,
	       "afterok:100+7380 afterok:45 afterok:50", "3", NULL),
	REFUSE(71, "afterok:100+1-01:30", E_DELAY, 13,
	       "invalid delay format '1-01' in dependency: invalid duration format: 1-01"),
	REFUSE(72, "afterok:100+1-1:30:00", E_DELAY, 13,
	       "invalid delay format '1-1' in dependency: invalid duration format: 1-1"),
	REFUSE(73, "afterok:100+1-01:60:00", E_DELAY, 13,
	       "invalid delay format '1-01' in dependency: invalid duration format: 1-01"),
	REFUSE(74, "afterok:100+1-01:30:00:00", E_JOBID, 24,
	       "invalid job ID '00' in dependency: strconv.ParseUint: parsing \"00\": "
	       "value out of range"),
	REFUSE(75, "afterok:100,afterok:101?afterok:102", E_MIX, 24,
	       "cannot use both ',' and '?' in the dependency string"),
	REFUSE(76, "after:1?after:2,after:3", E_MIX, 16,
	       "cannot use both ',' and '?' in the dependency string"),
	REFUSE(77, "", E_TERM, 1, "unrecognized dependency string: "),
	REFUSE(78, "afterok:", E_TERM, 1, "unrecognized dependency string: afterok:"),
	REFUSE(79, "after100", E_TERM, 1, "unrecognized dependency string: after100"),
	REFUSE(80, "afterok", E_TERM, 1, "unrecognized dependency string: afterok"),
	REFUSE(81, "afterok=100", E_TERM, 1, "unrecognized dependency string: afterok=100"),
	REFUSE(82, "AFTEROK:100", E_TERM, 1, "unrecognized dependency string: AFTEROK:100"),
	REFUSE(83, "AfterOk:100", E_TERM, 1, "unrecognized dependency string: AfterOk:100"),
	ACCEPT(84, "singleton", AND, "", "", "D12: left to Slurm"),
	ACCEPT(85, "aftercorr:100", AND, "", "", "D12: left to Slurm"),
	REFUSE(86, "afterok:100,", E_TERM, 13, "unrecognized dependency string: "),
	REFUSE(87, ",afterok:100", E_TERM, 1, "unrecognized dependency string: "),
	REFUSE(88, "afterok:100?", E_TERM, 13, "unrecognized dependency string: "),
	REFUSE(89, "afterok:100,,afterok:101", E_TERM, 13, "unrecognized dependency string: "),
	REFUSE(90, "afterok:100, afterok:101", E_TERM, 13,
	       "unrecognized dependency string:  afterok:101"),
	REFUSE(91, "afterok:100 101", E_LIST, 9,
	       "invalid job list format in '100 101': "
	       "should only contain job_id[+delay] separated by ':'"),
	ACCEPT(92, "afterok:100_3", AND, "afterok:100_3", "1", "D7: an array task is a job"),
	REFUSE(93, "afterok:100.1", E_LIST, 9,
	       "invalid job list format in '100.1': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(94, "afterok:-1", E_LIST, 9,
	       "invalid job list format in '-1': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(95, "afterok:abc", E_LIST, 9,
	       "invalid job list format in 'abc': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(96, "afterok:100abc", E_LIST, 9,
	       "invalid job list format in '100abc': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(97, "afterok:abc100", E_LIST, 9,
	       "invalid job list format in 'abc100': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(98, "afterok:100:abc", E_LIST, 13,
	       "invalid job list format in '100:abc': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(99, "afterok::100", E_LIST, 9,
	       "invalid job list format in ':100': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(100, "afterok:100:", E_LIST, 13,
	       "invalid job list format in '100:': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(101, "afterok:100::101", E_LIST, 13,
	       "invalid job list format in '100::101': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(102, "afterok:0", E_JOBID, 9,
	       "invalid job ID '0' in dependency: strconv.ParseUint: parsing \"0\": "
	       "value out of range"),
	REFUSE(103, "afterok:4294967296", E_JOBID, 9,
	       "invalid job ID '4294967296' in dependency: strconv.ParseUint: "
	       "parsing \"4294967296\": value out of range"),
	REFUSE(104, "afterok:100+", E_DELAY, 13,
	       "invalid delay format '' in dependency: invalid duration format: "),
	REFUSE(105, "afterok:100+:101", E_DELAY, 13,
	       "invalid delay format '' in dependency: invalid duration format: "),
	REFUSE(106, "afterok:100+invalid", E_DELAY, 13,
	       "invalid delay format 'invalid' in dependency: invalid duration format: invalid"),
	REFUSE(107, "afterok:100+10ms", E_DELAY, 13,
	       "invalid delay format '10ms' in dependency: invalid duration unit 'ms' in: 10ms"),
	REFUSE(108, "afterok:100+1h30", E_DELAY, 13,
	       "invalid delay format '1h30' in dependency: invalid duration format: 1h30"),
	REFUSE(109, "afterok:100+1.5h", E_LIST, 9,
	       "invalid job list format in '100+1.5h': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(110, "afterok:100+-5", E_DELAY, 13,
	       "invalid delay format '-5' in dependency: invalid duration format: -5"),
	REFUSE(111, "afterok:100+10+20", E_DELAY, 13,
	       "invalid delay format '10+20' in dependency: invalid duration format: 10+20"),
	REFUSE(112, "afterok:100+5 m", E_LIST, 9,
	       "invalid job list format in '100+5 m': "
	       "should only contain job_id[+delay] separated by ':'"),
	REFUSE(113, "afterok:100:100", E_DUP, 13, "duplicate job 100 in dependencies"),
	REFUSE(114, "afterok:100,afternotok:100", E_DUP, 24, "duplicate job 100 in dependencies"),
	REFUSE(115, "afterok:100?afterany:100", E_DUP, 22, "duplicate job 100 in dependencies"),
	REFUSE(116, "afterok:100+10:100+20", E_DUP, 16, "duplicate job 100 in dependencies"),
};

/* The accepted vectors that Slurm keeps exactly, if no id is an array's (doc/decisions.md#d10-what-slurm-keeps-exactly). */
static const int native_vectors[] = { 1, 2, 4, 5, 6, 7, 8, 10, 14, 15, 16, 18, 84, 85, 92 };

/* What else decides whether Slurm keeps an expression exactly. Job 12 is an array. */
static const struct native_rule {
	const char *input;
	bool native;
	const char *note;
} native_rules[] = {
	{ "after:12", false, "Slurm waits until all tasks of an array have started" },
	{ "after:1,after:12", false, "one edge is enough" },
	{ "afterok:1?after:12", false, "in an OR too" },
	{ "after:12_3", true, "a task of an array is a job" },
	{ "aftercorr:12,singleton", true, "Slurm keeps it, whatever it means" },
	{ "afterok:1,aftercorr:12,singleton", true, "each term is kept exactly" },
	{ "afterok:1+1s,singleton", false, "the delay is not Slurm's" },
	{ "afterok:12,afterany:12_3", true, "an array ends with its last task, in Slurm too" },
	{ "after:1?afterok:2?afterany:3_4", true, "an OR of single ids" },
	{ "afterok:1:2", true, "an AND has no groups" },
	{ "afterok:1:2?afterok:3", false, "Slurm flattens the groups of an OR" },
	{ "afterok:1,afterok:2+1s", false, "one delay is enough" },
	{ "afterok:1,afternotok:2", false, "Slurm takes cancelled while pending as failed" },
	{ "afterok:1+0s", true, "no delay is a delay of 0" },
};

static const struct {
	uint64_t sec;
	const char *text;
} display_vectors[] = {
	{ 59, "00:00:59" },        { 600, "00:10:00" },      { 3600, "01:00:00" },
	{ 86399, "23:59:59" },     { 86400, "1-00:00:00" },  { 90061, "1-01:01:01" },
	{ 8640000, "100-00:00:00" },
};
/* clang-format on */

#define N_VECTORS (sizeof(vectors) / sizeof(vectors[0]))
#define N_NATIVE_VECTORS (sizeof(native_vectors) / sizeof(native_vectors[0]))
#define N_NATIVE_RULES (sizeof(native_rules) / sizeof(native_rules[0]))
#define N_DISPLAY_VECTORS (sizeof(display_vectors) / sizeof(display_vectors[0]))

#endif /* TESTS_UNIT_VECTORS_H */
