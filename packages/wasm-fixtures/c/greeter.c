#include "greeter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef greeter_string_t string;
typedef exports_demo_greeter_people_person_t person;

static void print(string *to, const char *before, string text, const char *after) {
  size_t length = strlen(before) + text.len + strlen(after);
  to->ptr = malloc(length + 1);
  to->len = length;
  snprintf((char *)to->ptr, length + 1, "%s%.*s%s", before, (int)text.len, (char *)text.ptr, after);
}

void exports_greeter_greet(string *name, string *answer) {
  string message;
  print(&message, "greeting ", *name, "");
  printf("%.*s\n", (int)message.len, (char *)message.ptr);
  fflush(stdout);
  greeter_log(&message);
  greeter_string_free(&message);
  print(answer, "Hello, ", *name, "!");
  greeter_string_free(name);
}

void exports_demo_greeter_people_describe(person *person, string *answer) {
  size_t size = person->name.len + sizeof ", 255:";
  for (size_t index = 0; index < person->tags.len; index++) size += 1 + person->tags.ptr[index].len;
  char *text = malloc(size);
  int length = snprintf(text, size, "%.*s, %d:", (int)person->name.len, (char *)person->name.ptr, person->age);
  for (size_t index = 0; index < person->tags.len; index++) {
    string tag = person->tags.ptr[index];
    length += snprintf(text + length, size - length, " %.*s", (int)tag.len, (char *)tag.ptr);
  }
  answer->ptr = (uint8_t *)text;
  answer->len = length;
  exports_demo_greeter_people_person_free(person);
}

bool exports_demo_greeter_people_eldest(exports_demo_greeter_people_list_person_t *people, person *answer) {
  if (people->len == 0) return false;
  size_t eldest = 0;
  for (size_t index = 1; index < people->len; index++)
    if (people->ptr[index].age > people->ptr[eldest].age) eldest = index;
  *answer = people->ptr[eldest];
  for (size_t index = 0; index < people->len; index++)
    if (index != eldest) exports_demo_greeter_people_person_free(&people->ptr[index]);
  free(people->ptr);
  return true;
}

bool exports_demo_greeter_people_parse(string *text, person *answer, string *error) {
  size_t slash = 0, age = 0, digits = 0;
  while (slash < text->len && text->ptr[slash] != '/') slash++;
  for (size_t index = slash + 1; index < text->len; index++, digits++) {
    unsigned digit = text->ptr[index] - '0';
    age = digit > 9 || age > 255 ? 256 : age * 10 + digit;
  }
  if (digits == 0 || age > 255) {
    print(error, "no person: ", *text, "");
    greeter_string_free(text);
    return false;
  }
  greeter_string_dup_n(&answer->name, (char *)text->ptr, slash);
  answer->age = age;
  answer->tags.ptr = NULL;
  answer->tags.len = 0;
  greeter_string_free(text);
  return true;
}
