/*
 * Looks for RSA private keys in the memory of another process. Nobody tells it a secret: it learns the primes from the
 * living keys, by dividing the modulus by everything that could be a prime. Commands on standard input, one answer each:
 *   find MODULUS …   learns the prime factors; "<how many keys were found> <octets searched>"
 *   count            looks for every fragment of the keys found last; "<hits> <form>:<hits> …"
 */
#include "fragments.h"
#include "process-memory.h"
#include <gmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_KEYS 64
#define PUBLIC_EXPONENT 65537

static struct {
  mpz_t modulus, prime;
  size_t length; /* of the modulus, in octets */
  int is_found;
} keys[MOST_KEYS];
static int key_count;
static mpz_t product, candidate, rest;

static void try_candidate(void) {
  for (int i = 0; i < key_count; i++) {
    if (keys[i].is_found || !mpz_divisible_p(keys[i].modulus, candidate)) continue;
    mpz_set(keys[i].prime, candidate);
    keys[i].is_found = 1;
  }
}

/* 3 * 5 * 7 * … * 53: what shares a factor with it is no prime. */
#define SMALL_PRIMES 16294579238595022365UL

/* A prime in OpenSSL's limbs is odd, has its highest bit set and no limb of zeros, nor two that are the same. */
static void look_for_primes(const unsigned char *chunk, size_t length, size_t readable, size_t limbs) {
  for (size_t at = 0; at < length && at + limbs * 8 <= readable; at += 8) {
    const uint64_t *limb = (const uint64_t *)(chunk + at);
    if (!(limb[0] & 1) || !(limb[limbs - 1] >> 63) || limb[0] == limb[1]) continue;
    size_t filled = 1;
    while (filled < limbs - 1 && limb[filled] != 0) filled++;
    if (filled < limbs - 1) continue;
    mpz_import(candidate, limbs, -1, 8, 0, 0, limb);
    if (mpz_gcd_ui(NULL, candidate, SMALL_PRIMES) != 1) continue;
    mpz_mod(rest, product, candidate);
    if (mpz_sgn(rest) == 0) try_candidate();
  }
}

static void visit_for_primes(const unsigned char *chunk, size_t length, size_t readable) {
  for (size_t limbs = 16; limbs <= 24; limbs += 8)
    for (int i = 0; i < key_count; i++)
      if (keys[i].length == limbs * 16) {
        look_for_primes(chunk, length, readable, limbs);
        break;
      }
}

/* 2^exponent mod prime: what a Montgomery context keeps. */
static void add_power(const char *name, size_t exponent, const mpz_t prime, size_t length) {
  mpz_set_ui(rest, 0);
  mpz_setbit(rest, exponent);
  mpz_mod(rest, rest, prime);
  add_number(name, rest, length);
}

static void add_prime(const char *name, const mpz_t prime, const mpz_t other, const mpz_t d, size_t length) {
  char label[16];
  size_t bits = length * 8, bits52 = (bits + 51) / 52 * 52;
  mpz_t value, word;
  mpz_inits(value, word, NULL);
  add_number(name, prime, length);
  mpz_sub_ui(value, prime, 1);
  mpz_mod(value, d, value);
  snprintf(label, sizeof label, "d%s", name);
  add_number(label, value, length);
  mpz_invert(value, other, prime);
  snprintf(label, sizeof label, "inv%s", name);
  add_number(label, value, length);
  mpz_mul_2exp(value, value, bits);
  mpz_mod(value, value, prime);
  snprintf(label, sizeof label, "invR%s", name);
  add_number(label, value, length);
  snprintf(label, sizeof label, "R%s", name);
  add_power(label, bits, prime, length);
  snprintf(label, sizeof label, "RR%s", name);
  add_power(label, 2 * bits, prime, length);
  snprintf(label, sizeof label, "RR52%s", name);
  add_power(label, 2 * bits52, prime, length);
  /* -prime^-1 mod 2^64, which gives the lowest 64 bits of the prime away. */
  mpz_setbit(word, 64);
  mpz_invert(value, prime, word);
  mpz_sub(value, word, value);
  snprintf(label, sizeof label, "n0%s", name);
  add_word(label, mpz_get_ui(value));
  mpz_clears(value, word, NULL);
}

static void add_key(const mpz_t modulus, const mpz_t p, size_t length) {
  mpz_t q, d, p1, q1, e, modul;
  mpz_inits(q, d, p1, q1, modul, NULL);
  mpz_init_set_ui(e, PUBLIC_EXPONENT);
  mpz_divexact(q, modulus, p);
  mpz_sub_ui(p1, p, 1);
  mpz_sub_ui(q1, q, 1);
  mpz_mul(modul, p1, q1);
  mpz_invert(d, e, modul);
  add_number("d-phi", d, length);
  mpz_lcm(modul, p1, q1);
  mpz_invert(d, e, modul);
  add_number("d", d, length);
  add_prime("p", p, q, d, length / 2);
  add_prime("q", q, p, d, length / 2);
  mpz_clears(q, d, p1, q1, e, modul, NULL);
}

static void find(pid_t pid, char *line) {
  forget_fragments();
  key_count = 0;
  mpz_set_ui(product, 1);
  for (char *word = strtok(line, " \n"); word && key_count < MOST_KEYS; word = strtok(NULL, " \n"), key_count++) {
    if (mpz_set_str(keys[key_count].modulus, word, 16) != 0) exit(2);
    keys[key_count].length = mpz_sizeinbase(keys[key_count].modulus, 2) / 8;
    keys[key_count].is_found = 0;
    mpz_mul(product, product, keys[key_count].modulus);
  }
  long visited = each_chunk(pid, visit_for_primes);
  if (visited < 0) exit(1);
  int found = 0;
  for (int i = 0; i < key_count; i++) {
    if (!keys[i].is_found) continue;
    add_key(keys[i].modulus, keys[i].prime, keys[i].length);
    found++;
  }
  printf("%d %ld\n", found, visited);
}

int main(int argc, char **argv) {
  static char line[1 << 16];
  if (argc != 2) return 2;
  pid_t pid = atoi(argv[1]);
  mpz_inits(product, candidate, rest, NULL);
  for (int i = 0; i < MOST_KEYS; i++) mpz_inits(keys[i].modulus, keys[i].prime, NULL);
  while (fgets(line, sizeof line, stdin)) {
    if (strncmp(line, "find ", 5) == 0) find(pid, line + 5);
    else if (strncmp(line, "count", 5) == 0) {
      forget_counts();
      if (each_chunk(pid, count_fragments) < 0) return 1;
      print_counts();
    } else return 2;
    fflush(stdout);
  }
  return 0;
}
