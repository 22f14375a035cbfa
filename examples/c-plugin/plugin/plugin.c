// Tenon generates plugin.h from plugin.wit when it builds the plugin; there is no other step.
#include "plugin.h"

#include <stdio.h>
#include <string.h>

static bool is_space(char byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }

Statistics plugin_analyse(TenonString text) {
  Statistics found = {.lines = text.length > 0};
  for (size_t at = 0; at < text.length;) {
    size_t end = at;
    while (end < text.length && !is_space(text.bytes[end])) end++;
    if (end > at) found.words++;
    // A result may point into the parameters: both live until the call is complete.
    if (end - at > found.longest.length) found.longest = (TenonString){text.bytes + at, end - at};
    if (end < text.length && text.bytes[end] == '\n') found.lines++;
    at = end + 1;
  }
  char line[64];
  snprintf(line, sizeof line, "analysed %zu bytes", text.length);
  host_log(tenon_text(line));
  return found;
}

static size_t next(TenonString text, size_t at, TenonString separator) {
  while (at + separator.length <= text.length && memcmp(text.bytes + at, separator.bytes, separator.length) != 0) at++;
  return at + separator.length <= text.length ? at : text.length;
}

ResultOfListOfStringOrString plugin_split(TenonString text, TenonString separator) {
  if (separator.length == 0) {
    return (ResultOfListOfStringOrString){.is_error = true, .error = tenon_text("the separator is empty")};
  }
  size_t count = 1;
  for (size_t at = next(text, 0, separator); at < text.length; at = next(text, at + separator.length, separator)) count++;
  ListOfString parts = {tenon_allocate(count * sizeof *parts.items), count};
  size_t start = 0;
  for (size_t part = 0; part < count; part++) {
    size_t end = next(text, start, separator);
    parts.items[part] = (TenonString){text.bytes + start, end - start};
    start = end + separator.length;
  }
  return (ResultOfListOfStringOrString){.ok = parts};
}
