/* Secret values in every form that they may be kept in, cut into windows of 8 octets, to be recognised anywhere. */
#ifndef FRAGMENTS_H
#define FRAGMENTS_H
#include <gmp.h>
#include <stddef.h>

/* Adds a number of `length` octets in all its forms. */
void add_number(const char *name, const mpz_t number, size_t length);
/* Adds 8 octets that are a secret by themselves. */
void add_word(const char *name, unsigned long word);
/* Counts the fragments that begin in `chunk`: any run of 15 octets of a form contains a window at an aligned address. */
void count_fragments(const unsigned char *chunk, size_t length, size_t readable);
/* Prints "<hits>" and " <form>:<hits>" for each form that was seen. */
void print_counts(void);
void forget_counts(void);
void forget_fragments(void);
#endif
