#!/bin/sh
# Answers each line that it reads; what it writes to stderr is its log.
contract='package demo:greeter@1.0.0; world greeter { export greet: func(name: string) -> string; export curse: func(name: string) -> string; export leave: func(); }'
while read -r line; do
  id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
  name=$(printf '%s' "$line" | sed 's/.*"parameters":\["\(.*\)"\].*/\1/')
  case $line in
    *'"call":"start"'*) printf '{"id":%s,"result":"%s"}\n' "$id" "$contract" ;;
    *'"call":"greet"'*)
      echo "greeting $name" >&2
      printf '{"id":%s,"result":"Hello, %s!"}\n' "$id" "$name" ;;
    *'"call":"leave"'*) exit 3 ;;
    *) printf '{"id":%s,"error":"unknown function"}\n' "$id" ;;
  esac
done
