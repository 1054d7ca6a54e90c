# SPDX-License-Identifier: GPL-2.0-or-later
# CRANE_SLURM_FEATURES
# Asks Slurm's headers for what the releases do not have alike, and defines CRANE_HAVE_... in config.h. A release that nobody
# has tried compiles if its headers have known forms; a form that is not known stops configure with one sentence. The sources
# never compare release numbers. doc/reference/slurm-releases.md has the table by release.
AC_DEFUN([CRANE_SLURM_FEATURES], [
  crane_save_CPPFLAGS=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $SLURM_CPPFLAGS"

  # -- functions
  CRANE_SLURM_FEATURE([slurm_kill_job_step], [
    CRANE_SLURM_PROTOTYPE([KILL_STEP], [slurm_kill_job_step], [int(uint32_t, uint32_t, uint16_t)])
    CRANE_SLURM_PROTOTYPE([KILL_STEP_WITH_FLAGS], [slurm_kill_job_step], [int(uint32_t, uint32_t, uint16_t, uint16_t)])
    CRANE_SLURM_PROTOTYPE([KILL_STEP_BY_ID], [slurm_kill_job_step], [int(slurm_step_id_t *, uint16_t, uint16_t)])
  ])
  CRANE_SLURM_FEATURE([slurm_get_job_steps], [
    CRANE_SLURM_PROTOTYPE([GET_STEPS], [slurm_get_job_steps],
      [int(time_t, uint32_t, uint32_t, job_step_info_response_msg_t **, uint16_t)])
    CRANE_SLURM_PROTOTYPE([GET_STEPS_BY_ID], [slurm_get_job_steps],
      [int(slurm_step_id_t *, job_step_info_response_msg_t **, uint16_t)])
  ])
  CRANE_SLURM_FEATURE([slurm_load_job], [
    CRANE_SLURM_PROTOTYPE([LOAD_JOB], [slurm_load_job], [int(job_info_msg_t **, uint32_t, uint16_t)])
    CRANE_SLURM_PROTOTYPE([LOAD_JOB_BY_ID], [slurm_load_job], [int(job_info_msg_t **, slurm_step_id_t, uint16_t)])
  ])
  CRANE_SLURM_FEATURE([slurm_allocation_lookup], [
    CRANE_SLURM_PROTOTYPE([ALLOCATION_LOOKUP], [slurm_allocation_lookup],
      [int(uint32_t, resource_allocation_response_msg_t **)])
    CRANE_SLURM_PROTOTYPE([ALLOCATION_LOOKUP_BY_ID], [slurm_allocation_lookup],
      [int(slurm_step_id_t, resource_allocation_response_msg_t **)])
  ])
  CRANE_SLURM_FEATURE([hostlist_t], [
    CRANE_SLURM_FORM([HOSTLIST_POINTER], [hostlist_t is a pointer], [(void)*(hostlist_t *)0; hostlist_t h = 0; (void)h;])
    CRANE_SLURM_FORM([HOSTLIST_STRUCT], [hostlist_t is a struct], [hostlist_t *h = slurm_hostlist_create(""); (void)h;])
  ])
  CRANE_SLURM_OPTIONAL([FREE_CTL_CONF], [slurm_free_ctl_conf], [(void)slurm_free_ctl_conf;])

  # -- members
  CRANE_SLURM_FEATURE([node_info_t: CPUs and memory in use], [
    CRANE_SLURM_MEMBERS([NODE_ALLOC], [node_info_t], [alloc_cpus, alloc_memory])
    CRANE_SLURM_FORM([NODE_SELECT_INFO], [node_info_t.select_nodeinfo],
      [node_info_t n; (void)n.select_nodeinfo; (void)slurm_get_select_nodeinfo;])
  ])
  CRANE_SLURM_FEATURE([job_step_info_t: TRES of the step], [
    CRANE_SLURM_MEMBERS([STEP_TRES_FMT], [job_step_info_t], [tres_fmt_alloc_str])
    CRANE_SLURM_MEMBERS([STEP_TRES], [job_step_info_t], [tres_alloc_str])
  ])
  CRANE_SLURM_FEATURE([resource_allocation_response_msg_t: id of the job], [
    CRANE_SLURM_MEMBERS([ALLOCATION_JOB_ID], [resource_allocation_response_msg_t], [job_id])
    CRANE_SLURM_MEMBERS([ALLOCATION_STEP_ID], [resource_allocation_response_msg_t], [step_id.job_id])
  ])
  CRANE_SLURM_FEATURE([resv_desc_msg_t.node_cnt], [
    CRANE_SLURM_FORM([RESERVATION_NODE_ARRAY], [resv_desc_msg_t.node_cnt is an array],
      [resv_desc_msg_t r; _Static_assert(__builtin_types_compatible_p(__typeof__(r.node_cnt), uint32_t *), "");])
    CRANE_SLURM_FORM([RESERVATION_NODE_COUNT], [resv_desc_msg_t.node_cnt is a number],
      [resv_desc_msg_t r; _Static_assert(__builtin_types_compatible_p(__typeof__(r.node_cnt), uint32_t), "");])
  ])
  CRANE_SLURM_OPTIONAL([JOB_SUBMIT_LINE], [slurm_job_info_t.submit_line], [slurm_job_info_t j; (void)j.submit_line;])
  CRANE_SLURM_OPTIONAL([LICENSE_CONSUMED], [slurm_license_info_t.last_consumed],
    [slurm_license_info_t l; (void)l.last_consumed; (void)l.last_deficit; (void)l.last_update;])
  CRANE_SLURM_OPTIONAL([NODE_REASON_UID], [update_node_msg_t.reason_uid], [update_node_msg_t n; (void)n.reason_uid;])

  # -- values
  CRANE_SLURM_OPTIONAL([JOB_SETTING_DB_INX], [ESLURM_JOB_SETTING_DB_INX], [int e = ESLURM_JOB_SETTING_DB_INX; (void)e;])
  CRANE_SLURM_OPTIONAL([INVALID_POWER_ACTION], [ESLURM_INVALID_POWER_ACTION],
    [int e = ESLURM_INVALID_POWER_ACTION; (void)e;])

  CRANE_SLURM_OPTIONAL([NODE_BLOCKED], [NODE_STATE_BLOCKED], [unsigned s = NODE_STATE_BLOCKED; (void)s;])

  # -- what every release has
  m4_foreach([crane_member], [[job_desc_msg_t.job_id_str], [job_desc_msg_t.resp_host], [job_desc_msg_t.submit_line],
      [job_desc_msg_t.admin_comment], [slurm_job_info_t.job_id], [slurm_job_info_t.admin_comment],
      [slurm_job_info_t.eligible_time], [slurm_conf_t.job_submit_plugins], [job_step_info_t.submit_line]],
    [CRANE_SLURM_FEATURE(crane_member, [
       CRANE_SLURM_FORM([], crane_member,
         [(void)sizeof(((]m4_bpatsubst(crane_member, [\..*])[ *)0)->]m4_bpatsubst(crane_member, [^[^.]*\.])[);])
     ])])

  CPPFLAGS=$crane_save_CPPFLAGS
])

# CRANE_SLURM_FEATURE(WHAT, FORMS): one of FORMS has to be what the headers have.
m4_define([CRANE_SLURM_FEATURE], [
  crane_form=
  $2
  AS_IF([test -z "$crane_form"],
    [AC_MSG_ERROR([the headers of Slurm $SLURM_RELEASE have $1 in no form that slurm-crane knows: please report the release])])
])

# CRANE_SLURM_FORM(NAME, WHAT, STATEMENTS): defines CRANE_HAVE_NAME if STATEMENTS compile and no form was found before.
m4_define([CRANE_SLURM_FORM], [
  AS_IF([test -z "$crane_form"], [
    AC_MSG_CHECKING([for $2])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <slurm/slurm.h>
#include <slurm/slurm_errno.h>
]], [[$3]])],
      [AC_MSG_RESULT([yes])
       crane_form=yes
       m4_ifval([$1], [AC_DEFINE([CRANE_HAVE_]$1, [1], [Slurm's headers: $2])])],
      [AC_MSG_RESULT([no])])
  ])
])

m4_define([CRANE_SLURM_PROTOTYPE],
  [CRANE_SLURM_FORM([$1], [$3 $2],
     [_Static_assert(__builtin_types_compatible_p(__typeof__($2), $3), "");])])

# CRANE_SLURM_MEMBERS(NAME, TYPE, MEMBERS)
m4_define([CRANE_SLURM_MEMBERS],
  [CRANE_SLURM_FORM([$1], [$2: $3], m4_foreach([crane_m], [$3], [(void)sizeof((($2 *)0)->crane_m);]))])

# CRANE_SLURM_OPTIONAL(NAME, WHAT, STATEMENTS): a form that only some releases have.
m4_define([CRANE_SLURM_OPTIONAL], [
  crane_form=
  CRANE_SLURM_FORM([$1], [$2], [$3])
])

# CRANE_SLURM_BEHAVIOUR
# Behaviours that no header shows, by the first or the last release with them. Each was read in Slurm's source at that tag,
# and measured on 22.05.8, 24.11.5 and 26.05.5 (doc/reference/slurm-releases.md).
AC_DEFUN([CRANE_SLURM_BEHAVIOUR], [
  AC_COMPUTE_INT([crane_series], [SLURM_VERSION_MAJOR(SLURM_VERSION_NUMBER) * 100 + SLURM_VERSION_MINOR(SLURM_VERSION_NUMBER)],
    [[#include <slurm/slurm.h>]])
  CRANE_SLURM_SINCE([2302], [MODIFY_HAS_ERR_MSG], [job_submit plugins: job_modify() has a fourth argument, the message])
  CRANE_SLURM_SINCE([2302], [MODIFY_AFTER_RIGHTS], [slurmctld checks who asks before it calls job_modify()])
  CRANE_SLURM_SINCE([2302], [SALLOC_COMMAND], [a job of salloc has a Command=])
  CRANE_SLURM_SINCE([2302], [STEPS_FREED], [slurm_free_job_step_info_response_msg() frees all strings])
  CRANE_SLURM_SINCE([2311], [RECONFIGURE_BY_NEW_PROCESS], [a reconfigure starts a new slurmctld])
  CRANE_SLURM_SINCE([2505], [LICENSE_OR], [licenses may be alternatives: a|b])
  CRANE_SLURM_SINCE([2605], [RESERVATION_NAME_XMALLOC], [slurm_create_reservation() returns memory of Slurm's kind])
])

# CRANE_SLURM_SINCE(SERIES, NAME, WHAT): defines CRANE_HAVE_NAME from that series on.
m4_define([CRANE_SLURM_SINCE], [
  AS_IF([test "$crane_series" -ge $1], [AC_DEFINE([CRANE_HAVE_]$2, [1], [Slurm's behaviour: $3])])
])
