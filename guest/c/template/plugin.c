#include "plugin.h"

TenonString plugin_greet(TenonString name) {
  host_log(tenon_join(tenon_text("greeting "), name));
  return tenon_join(tenon_text("Hello, "), tenon_join(name, tenon_text("!")));
}
