/** Vite gathers every imported style sheet into app.css. */
declare module '*.css';
