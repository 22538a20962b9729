/* test.h - what every test includes: cmocka and its prerequisites, in the order that it wants. */
#ifndef SX_TESTS_TEST_H
#define SX_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif
