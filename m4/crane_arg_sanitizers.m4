# SPDX-License-Identifier: GPL-2.0-or-later
# CRANE_ARG_SANITIZERS
# --enable-sanitizers builds the core, the commands and the unit tests with ASan and UBSan. The plugins stay as they
# are: slurmctld and slurmstepd would have to be started with the sanitizers' runtime.
AC_DEFUN([CRANE_ARG_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [ASan and UBSan for core, commands and unit tests])],
    [], [enable_sanitizers=no])
  SANITIZE_FLAGS=
  AS_IF([test "x$enable_sanitizers" = xyes],
    [SANITIZE_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"])
  AC_SUBST([SANITIZE_FLAGS])
  AM_CONDITIONAL([SANITIZERS], [test "x$enable_sanitizers" = xyes])
])
