#!/bin/sh
# Answers each line that it reads; what it writes to stderr is its log.
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  name=$(printf '%s' "$line" | sed 's/.*"parameters":\["\(.*\)"\].*/\1/')
  case $line in
    *'"call":"greet"'*)
      echo "greeting $name" >&2
      printf '{"id":%s,"result":"Hello, %s!"}\n' "$id" "$name" ;;
    *'"call":"leave"'*) exit 3 ;;
    *) printf '{"id":%s,"error":"unknown function"}\n' "$id" ;;
  esac
done
