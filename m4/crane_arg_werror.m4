# SPDX-License-Identifier: GPL-2.0-or-later
# CRANE_ARG_WERROR
# Sets CRANE_CFLAGS to the warnings that the code is kept clean of; --enable-werror makes them errors.
AC_DEFUN([CRANE_ARG_WERROR], [
  AC_ARG_ENABLE([werror],
    [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
    [], [enable_werror=no])
  CRANE_CFLAGS="-Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla"
  AS_IF([test "x$enable_werror" = xyes], [CRANE_CFLAGS="$CRANE_CFLAGS -Werror"])
  AC_SUBST([CRANE_CFLAGS])
])
