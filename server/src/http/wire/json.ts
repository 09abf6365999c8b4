/** JSON of a `T`, as text: for what is asked for so often that it is written straight from its row. */
export type JsonText<T> = string & { readonly of?: T };
