# SPDX-License-Identifier: GPL-2.0-or-later
# CRANE_CHECK_SLURM
# Finds Slurm: --with-slurm=PREFIX, else pkg-config, else the compiler's own folders. Only libslurm's installed headers are
# needed. Substitutes SLURM_CPPFLAGS, SLURM_LIBS, SLURM_RUNPATH (what of SLURM_LIBS tells the loader where to look),
# SLURM_RELEASE (22.05.8), slurmplugindir and slurmconfdir. Defines CRANE_LIBSLURM, the library's name for dlopen,
# CRANE_SLURM_NUMBER, the release as plugins state it.
AC_DEFUN([CRANE_CHECK_SLURM], [
  AC_ARG_WITH([slurm],
    [AS_HELP_STRING([--with-slurm=PREFIX], [Slurm is installed below PREFIX (include/slurm/slurm.h, lib/libslurm.so)])],
    [], [with_slurm=check])
  AC_ARG_WITH([slurm-plugindir],
    [AS_HELP_STRING([--with-slurm-plugindir=DIR], [install the plugins in DIR @<:@Slurm's plugin folder@:>@])],
    [], [with_slurm_plugindir=check])
  AC_ARG_WITH([slurm-sysconfdir],
    [AS_HELP_STRING([--with-slurm-sysconfdir=DIR], [slurm.conf lies in DIR when SLURM_CONF is not set @<:@/etc/slurm@:>@])],
    [], [with_slurm_sysconfdir=/etc/slurm])

  crane_slurm_hint="install libslurm-dev (Debian) or slurm-devel, or give --with-slurm=PREFIX"
  SLURM_CPPFLAGS=
  SLURM_LIBS=-lslurm
  # The folder of an architecture: gcc and some releases of clang name it, for the others it is where the C library lies.
  crane_multiarch=$($CC -print-multiarch 2>/dev/null)
  AS_IF([test -z "$crane_multiarch"],
    [crane_d=$($CC -print-file-name=libc.so.6 2>/dev/null)
     crane_d=$(cd "${crane_d%/*}" 2>/dev/null && pwd -P)
     crane_multiarch=${crane_d##*/}])
  crane_slurm_libdirs="/usr/lib/$crane_multiarch /usr/lib64 /usr/lib /usr/local/lib"
  AS_CASE([$with_slurm],
    [no], [AC_MSG_ERROR([slurm-crane cannot be built without Slurm])],
    [yes|check], [
      AS_IF([test -n "$PKG_CONFIG" && $PKG_CONFIG --exists slurm], [
        SLURM_CPPFLAGS=$($PKG_CONFIG --cflags slurm)
        SLURM_LIBS=$($PKG_CONFIG --libs slurm)
        crane_slurm_libdirs="$($PKG_CONFIG --variable=libdir slurm) $crane_slurm_libdirs"
        AS_IF([test "x$with_slurm_plugindir" = xcheck],
          [crane_pc_plugindir=$($PKG_CONFIG --variable=plugindir slurm)
           AS_IF([test -n "$crane_pc_plugindir"], [with_slurm_plugindir=$crane_pc_plugindir])])
      ])
    ], [
      AS_IF([test -f "$with_slurm/include/slurm/slurm.h"], [],
        [AC_MSG_ERROR([--with-slurm=$with_slurm: no include/slurm/slurm.h there])])
      # As the system's headers are read: what our warnings say of Slurm's is no error of ours (23.11 has old prototypes).
      AS_CASE([$with_slurm], [/usr|/usr/], [], [SLURM_CPPFLAGS="-isystem $with_slurm/include"])
      for crane_d in "$with_slurm/lib64" "$with_slurm/lib/$crane_multiarch" "$with_slurm/lib"; do
        AS_IF([test -e "$crane_d/libslurm.so"], [
          SLURM_LIBS="-L$crane_d -Wl,-rpath,$crane_d -lslurm"
          crane_slurm_libdirs=$crane_d
          break
        ])
      done
    ])

  crane_save_CPPFLAGS=$CPPFLAGS
  crane_save_LIBS=$LIBS
  CPPFLAGS="$CPPFLAGS $SLURM_CPPFLAGS"
  LIBS="$SLURM_LIBS $LIBS"
  AC_CHECK_HEADER([slurm/slurm.h], [], [AC_MSG_ERROR([slurm/slurm.h not found: $crane_slurm_hint])])
  AC_CHECK_HEADER([slurm/spank.h], [], [AC_MSG_ERROR([slurm/spank.h not found: $crane_slurm_hint])])
  AC_MSG_CHECKING([for slurm_load_jobs in libslurm])
  AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <slurm/slurm.h>]], [[return slurm_load_jobs(0, 0, 0);]])],
    [AC_MSG_RESULT([yes])
     crane_libslurm=$($OBJDUMP -p conftest$ac_exeext 2>/dev/null |
       sed -n 's/^ *NEEDED  *\(libslurm\.so.*\)$/\1/p')],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([libslurm not found or unusable: $crane_slurm_hint])])
  AC_MSG_CHECKING([for the name that libslurm is loaded by])
  AS_IF([test -n "$crane_libslurm"],
    [AC_MSG_RESULT([$crane_libslurm])],
    [AC_MSG_RESULT([not found])
     AC_MSG_ERROR([$OBJDUMP shows no libslurm.so in a program linked with it: is binutils installed, and libslurm shared?])])
  AC_DEFINE_UNQUOTED([CRANE_LIBSLURM], ["$crane_libslurm"], [What to give dlopen for libslurm])
  SLURM_RUNPATH=
  for crane_d in $SLURM_LIBS; do
    AS_CASE([$crane_d], [-Wl,-rpath*], [SLURM_RUNPATH="$SLURM_RUNPATH $crane_d"])
  done
  AC_COMPUTE_INT([crane_slurm_major], [SLURM_VERSION_MAJOR(SLURM_VERSION_NUMBER)], [[#include <slurm/slurm.h>]])
  AC_COMPUTE_INT([crane_slurm_minor], [SLURM_VERSION_MINOR(SLURM_VERSION_NUMBER)], [[#include <slurm/slurm.h>]])
  AC_COMPUTE_INT([crane_slurm_micro], [SLURM_VERSION_MICRO(SLURM_VERSION_NUMBER)], [[#include <slurm/slurm.h>]])
  AC_COMPUTE_INT([crane_slurm_number], [SLURM_VERSION_NUMBER], [[#include <slurm/slurm.h>]])
  CPPFLAGS=$crane_save_CPPFLAGS
  LIBS=$crane_save_LIBS

  AC_MSG_CHECKING([for the Slurm release])
  SLURM_RELEASE=$(printf '%d.%02d.%d' "$crane_slurm_major" "$crane_slurm_minor" "$crane_slurm_micro")
  AC_MSG_RESULT([$SLURM_RELEASE])
  AS_CASE([$SLURM_RELEASE],
    [22.05.*|24.11.*|26.05.*], [SLURM_RELEASE_SEEN="tested live"],
    [23.02.*|23.11.*|24.05.*|25.05.*|25.11.*], [SLURM_RELEASE_SEEN=compiled],
    [SLURM_RELEASE_SEEN="never seen"
     AC_MSG_WARN([slurm-crane was never tried with Slurm $SLURM_RELEASE; configure uses what its headers have])])

  AC_DEFINE_UNQUOTED([CRANE_SLURM_NUMBER], [$crane_slurm_number], [The Slurm release as plugins state it])

  AC_MSG_CHECKING([for Slurm's plugin folder])
  AS_IF([test "x$with_slurm_plugindir" = xcheck], [
    for crane_d in $crane_slurm_libdirs; do
      for crane_n in slurm-wlm slurm; do
        AS_IF([test -d "$crane_d/$crane_n"], [with_slurm_plugindir=$crane_d/$crane_n; break 2])
      done
    done
  ])
  AS_IF([test "x$with_slurm_plugindir" = xcheck], [
    AC_MSG_RESULT([not found])
    AC_MSG_ERROR([no Slurm plugin folder in $crane_slurm_libdirs: install slurm-wlm-basic-plugins (Debian) or slurm, or give --with-slurm-plugindir=DIR])
  ])
  slurmplugindir=$with_slurm_plugindir
  slurmconfdir=$with_slurm_sysconfdir
  AC_MSG_RESULT([$slurmplugindir])

  AC_SUBST([SLURM_CPPFLAGS])
  AC_SUBST([SLURM_LIBS])
  AC_SUBST([SLURM_RUNPATH])
  AC_SUBST([SLURM_RELEASE])
  AC_SUBST([slurmplugindir])
  AC_SUBST([slurmconfdir])
])
