/** The page that renders the API reference with Swagger UI, as text. */

export const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Foyer customer API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="stylesheet" href="/docs/foyer.css">
  </head>
  <body>
    <main id="reference"></main>
    <noscript>The reference needs JavaScript; the same is in <a href="/openapi.json">openapi.json</a>.</noscript>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/set-up.js"></script>
  </body>
</html>
`;

export const setUp = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;

export const style = `body { margin: 0; background: #fff; }
html.dark-mode body { background: #1c2022; }
.swagger-ui .info { margin: 1.5rem 0 0; }
.swagger-ui .info .title { font-size: 1.75rem; line-height: 1.3; }
.swagger-ui .info .title small { top: -0.25rem; }
.swagger-ui .info p { margin: 0.5rem 0; }
.swagger-ui .info__license { display: none; }
.swagger-ui .scheme-container { margin: 0; padding: 0.75rem 0; box-shadow: none; }
.swagger-ui .scheme-container .schemes > .schemes-server-container { gap: 1rem; }
.swagger-ui .servers :is(h4, .computed-url, table) { margin: 0.25rem 0; padding: 0; }
.swagger-ui .opblock-tag { font-size: 1.125rem; padding: 0.375rem 0; }
.swagger-ui .wrapper { box-sizing: border-box; max-width: 72rem; }
.swagger-ui .response-col_links { display: none; }
.swagger-ui .markdown summary { cursor: pointer; font-weight: 600; margin: 0.5rem 0; }
.swagger-ui .markdown th, .swagger-ui .markdown td { padding-right: 0.75rem; }
.swagger-ui .markdown table { display: block; max-width: 100%; overflow-x: auto; }
`;
