#include "plugin.h"

Statistics plugin_analyse(TenonString text) {
  return text.length;
}
