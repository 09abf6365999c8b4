/** JSON of a `T`, as text: for answers so frequent that they are written straight from the row. */
export type JsonText<T> = string & { readonly of?: T };
