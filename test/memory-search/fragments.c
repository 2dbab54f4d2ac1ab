#include "fragments.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW 8
/* Eight octets of text are 32 bits of a number (hexadecimal) or less: memory full of text matches them by chance. */
#define LEAST_TEXT 20

typedef struct {
  char name[32];
  unsigned char *bytes;
  size_t length;
  int is_text;
  long hits;
} form;
typedef struct {
  uint64_t window;
  uint32_t form; /* its number, from 1; 0 is an empty slot */
  uint32_t offset;
} slot;

static form *forms;
static size_t form_count, form_room;
static slot *slots;
static size_t slot_count, slot_room;

static slot *slot_of(uint64_t window) {
  size_t at = (window * 0x9e3779b97f4a7c15ULL >> 20) & (slot_room - 1);
  while (slots[at].form != 0 && slots[at].window != window) at = (at + 1) & (slot_room - 1);
  return &slots[at];
}

static void *checked(void *memory) {
  if (!memory) abort();
  return memory;
}

static void grow(void) {
  slot *old = slots;
  size_t old_room = slot_room;
  slot_room = old_room ? old_room * 2 : 1 << 14;
  slots = checked(calloc(slot_room, sizeof *slots));
  for (size_t i = 0; i < old_room; i++)
    if (old[i].form) *slot_of(old[i].window) = old[i];
  free(old);
}

static void add_window(uint64_t window, size_t number, size_t offset) {
  if (slot_count * 4 >= slot_room) grow();
  slot *place = slot_of(window);
  if (place->form) return;
  *place = (slot){window, (uint32_t)number, (uint32_t)offset};
  slot_count++;
}

static void add_form(const char *name, const char *encoding, const void *bytes, size_t length, int is_text, size_t step) {
  if (form_count == form_room) {
    form_room = form_room ? form_room * 2 : 64;
    forms = checked(realloc(forms, form_room * sizeof *forms));
  }
  form *added = &forms[form_count++];
  *added = (form){.bytes = checked(malloc(length)), .length = length, .is_text = is_text};
  snprintf(added->name, sizeof added->name, "%s/%s", name, encoding);
  memcpy(added->bytes, bytes, length);
  for (size_t at = 0; at + WINDOW <= length; at += step) {
    uint64_t window;
    memcpy(&window, added->bytes + at, WINDOW);
    /* Small limbs and padding are no secret, and everywhere. */
    if (window >> 40 && ~window >> 40) add_window(window, form_count, at);
  }
}

/* The form in which AVX-512 IFMA code multiplies: 52 bits in each 64. */
static void add_radix_52(const char *name, const mpz_t number) {
  uint64_t limbs[128];
  size_t count = 0;
  mpz_t rest, limb;
  mpz_init_set(rest, number);
  mpz_init(limb);
  while (mpz_sgn(rest) && count < 128) {
    mpz_fdiv_r_2exp(limb, rest, 52);
    limbs[count++] = mpz_get_ui(limb);
    mpz_fdiv_q_2exp(rest, rest, 52);
  }
  add_form(name, "radix52", limbs, count * 8, 0, 8);
  mpz_clears(rest, limb, NULL);
}

static void add_base64(const char *name, const unsigned char *big_endian, size_t length, const char *last_two) {
  char alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  memcpy(alphabet + 62, last_two, 3);
  /* A number inside something longer begins at any of the three octets of a group. */
  for (size_t shift = 0; shift < 3; shift++) {
    char text[1024];
    size_t out = 0;
    for (size_t at = shift; at + 3 <= length; at += 3) {
      uint32_t group = (uint32_t)big_endian[at] << 16 | big_endian[at + 1] << 8 | big_endian[at + 2];
      for (int bits = 18; bits >= 0; bits -= 6) text[out++] = alphabet[group >> bits & 63];
    }
    add_form(name, "base64", text, out, 1, 1);
  }
}

void add_number(const char *name, const mpz_t number, size_t length) {
  unsigned char big[512] = {0}, little[512];
  char text[1300];
  mpz_export(big + length - (mpz_sizeinbase(number, 2) + 7) / 8, NULL, 1, 1, 1, 0, number);
  for (size_t i = 0; i < length; i++) little[i] = big[length - 1 - i];
  add_form(name, "little-endian", little, length, 0, 1);
  add_form(name, "big-endian", big, length, 0, 1);
  add_radix_52(name, number);
  for (size_t i = 0; i < length; i++) sprintf(text + 2 * i, "%02x", big[i]);
  add_form(name, "hex", text, 2 * length, 1, 1);
  for (size_t i = 0; i < length; i++) sprintf(text + 2 * i, "%02X", big[i]);
  add_form(name, "HEX", text, 2 * length, 1, 1);
  mpz_get_str(text, 10, number);
  add_form(name, "decimal", text, strlen(text), 1, 1);
  add_base64(name, big, length, "+/");
  add_base64(name, big, length, "-_");
}

void add_word(const char *name, unsigned long word) {
  add_form(name, "word", &word, sizeof word, 0, 8);
}

/* How much of the form lies here, around the window that was seen. */
static size_t run_length(const form *seen, size_t offset, const unsigned char *chunk, size_t at, size_t readable) {
  size_t before = 0, after = WINDOW;
  while (before < offset && before < at && seen->bytes[offset - before - 1] == chunk[at - before - 1]) before++;
  while (offset + after < seen->length && at + after < readable && seen->bytes[offset + after] == chunk[at + after]) after++;
  return before + after;
}

void count_fragments(const unsigned char *chunk, size_t length, size_t readable) {
  for (size_t at = 0; at + WINDOW <= readable && at < length; at += WINDOW) {
    uint64_t window;
    memcpy(&window, chunk + at, WINDOW);
    if (window == 0) continue;
    const slot *place = slot_of(window);
    if (!place->form) continue;
    form *seen = &forms[place->form - 1];
    if (!seen->is_text || run_length(seen, place->offset, chunk, at, readable) >= LEAST_TEXT) seen->hits++;
  }
}

void print_counts(void) {
  long hits = 0;
  for (size_t i = 0; i < form_count; i++) hits += forms[i].hits;
  printf("%ld", hits);
  for (size_t i = 0; i < form_count; i++)
    if (forms[i].hits) printf(" %s:%ld", forms[i].name, forms[i].hits);
  printf("\n");
}

void forget_counts(void) {
  for (size_t i = 0; i < form_count; i++) forms[i].hits = 0;
}

void forget_fragments(void) {
  for (size_t i = 0; i < form_count; i++) free(forms[i].bytes);
  form_count = slot_count = 0;
  if (slots) memset(slots, 0, slot_room * sizeof *slots);
  else grow();
}
